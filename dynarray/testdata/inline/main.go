// Command inline is compiled by TestInlining, which reads what the compiler says about it.
package main

import "innards/dynarray"

func main() {
	a := dynarray.New[int64](0)
	for i := range int64(10) {
		a.Append(i)
	}
	a.Set(0, a.At(1))
	if err := a.Close(); err != nil {
		panic(err)
	}
}
