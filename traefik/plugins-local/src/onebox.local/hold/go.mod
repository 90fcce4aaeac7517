module onebox.local/hold

go 1.22
