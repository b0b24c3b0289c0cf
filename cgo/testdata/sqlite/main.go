// Command sqlite is a program with a real C library in it, for measuring what tracing adds to such: it inserts rows by one
// prepared statement of database/sql into a table in memory, and prints what a row took of its processor time, in nanoseconds.
//
//	sqlite ROWS
//
// It is a module of its own, so that nothing else needs the library.
package main

import (
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"syscall"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sqlite:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: sqlite ROWS")
	}
	rows, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	if _, err := db.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, value REAL)"); err != nil {
		return err
	}
	insert, err := db.Prepare("INSERT INTO t (name, value) VALUES (?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	before := processor()
	for i := range rows {
		if _, err := insert.Exec("the name of a row", float64(i)); err != nil {
			return err
		}
	}
	after := processor()
	fmt.Printf("%.1f\n", (after-before)/float64(rows))
	return nil
}

// processor is the processor time that the process has taken so far, in nanoseconds.
func processor() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return float64(u.Utime.Nano() + u.Stime.Nano())
}
