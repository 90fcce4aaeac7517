module onebox.local/bounded

go 1.22
