package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed waitgroupshort.go
var waitgroupShortSource string

// crawl fetches pages side by side.
type crawl struct {
	pending sync.WaitGroup
	mu      sync.Mutex
	fetched []string
}

// fetch is the fault: it says Done at its end, and leaves before its end where there is nothing to fetch.
func (c *crawl) fetch(page string) {
	if page == "" {
		return
	}
	c.keep(page)
	c.pending.Done()
}

// fetchDeferred says Done on every way out; a panic is one of them.
func (c *crawl) fetchDeferred(page string) {
	defer c.pending.Done()
	if page != "" {
		c.keep(page)
	}
}

func (c *crawl) keep(page string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fetched = append(c.fetched, page)
}

func (c *crawl) run(pages []string, fetch func(string)) {
	c.pending.Add(len(pages))
	for _, page := range pages {
		go fetch(page)
	}
	c.pending.Wait() // want waits
}

func pages() []string { return []string{"index", "", "about"} }

func breakWaitgroupShort() {
	c := new(crawl)
	go c.run(pages(), c.fetch) // want created
}

func mendWaitgroupShort() {
	c := new(crawl)
	c.run(pages(), c.fetchDeferred)
}
