//go:build !cgo

package cdemo

import "errors"

var errNoCgo = errors.New("cdemo: built without cgo: there is no C in this program to leak; build it with CGO_ENABLED=1")

func fillTable() error { return errNoCgo }

func greetRound(bool) func() error      { return func() error { return errNoCgo } }
func parseRound(bool) func() error      { return func() error { return errNoCgo } }
func scanRound(bool) func() error       { return func() error { return errNoCgo } }
func configRound(bool) func() error     { return func() error { return errNoCgo } }
func alignedRound(bool) func() error    { return func() error { return errNoCgo } }
func formatRound(bool) func() error     { return func() error { return errNoCgo } }
func readRound(bool) func() error       { return func() error { return errNoCgo } }
func ringRound(bool) func() error       { return func() error { return errNoCgo } }
func threadedRound(bool) func() error   { return func() error { return errNoCgo } }
func finalizedRound(bool) func() error  { return func() error { return errNoCgo } }
func registryRound(bool) func() error   { return func() error { return errNoCgo } }
func mappingRound(bool) func() error    { return func() error { return errNoCgo } }
func descriptorRound(bool) func() error { return func() error { return errNoCgo } }
func threadRound(bool) func() error     { return func() error { return errNoCgo } }
func sessionRound(bool) func() error    { return func() error { return errNoCgo } }
func cacheRound(bool) func() error      { return func() error { return errNoCgo } }
func burstRound(bool) func() error      { return func() error { return errNoCgo } }
func objectRound(bool) func() error     { return func() error { return errNoCgo } }
func handleRound(bool) func() error     { return func() error { return errNoCgo } }
func pinnerRound(bool) func() error     { return func() error { return errNoCgo } }

type pool struct{}

func newPool() *pool { return &pool{} }

func (*pool) turn() {}
