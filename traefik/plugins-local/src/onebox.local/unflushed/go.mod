module onebox.local/unflushed

go 1.22
