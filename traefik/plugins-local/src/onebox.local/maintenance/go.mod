module onebox.local/maintenance

go 1.22
