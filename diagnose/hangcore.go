package diagnose

import (
	"context"
	"io"

	"innards/diagnose/inspect"
)

// isCore tells a core by its first bytes: ELF, of the type ET_CORE.
func isCore(r io.ReaderAt) bool {
	var head [18]byte
	n, _ := r.ReadAt(head[:], 0)
	return n == len(head) && string(head[:4]) == "\x7fELF" && head[16] == 4 && head[17] == 0
}

// lookAtCore reads and judges a core. It holds one moment, so one look is all there is: what was slow may look stuck.
func lookAtCore(ctx context.Context, path, exe string) (*hangReport, error) {
	p, err := inspect.OpenCore(path, exe)
	if err != nil {
		return nil, err
	}
	defer func() { _ = p.Close() }()
	snap, err := p.Snapshot(ctx)
	if err != nil {
		return nil, late(ctx, err)
	}
	in := whatIsKnown(ctx, p, snap)
	if err := ctx.Err(); err != nil {
		return nil, late(ctx, err)
	}
	target := hangTarget{Kind: "core", PID: p.CorePID(), Exe: snap.Exe, Go: snap.GoVersion, Name: path}
	return judged(target, snap.Threads, &snap.Dump, in), nil
}
