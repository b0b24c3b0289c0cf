package executable

// TableAddr is where the function table is loaded.
func (f *File) TableAddr() uint64 { return f.tab.addr }
