// Package web is the page behind `innards ui`: what other commands kept, run by run, profiles in pprof's own web interface, any
// number of them on one loopback port, and the structures of this module, explained step by step.
//
// # Terminology
//
//   - site: all that one process serves: the overview, the mounts, the reports.
//   - catalog: what the files held when they were last looked at. It never changes; another takes its place.
//   - profile: a file in pprof's format, compressed or not, or in one of its older text formats.
//   - mount: pprof's handlers for one profile, under /pprof/NAME/. NAME is made from the file's name and is unique.
//   - evidence folder: what `--out DIR` of other commands leaves behind. Given as a file it stands for the *.pb.gz,
//     *.prof and *.pprof in it and in the folders directly below, and for every report.json, report.txt and report.html
//     there, with dump.txt, bench.txt and *.trace (for go tool trace) beside them. A report may be given by itself, too.
//   - run: one folder with a report in it, or a profile of `innards record`. What kind it is, the schema of its report.json
//     says.
//   - base: a profile that all others are compared with; each of its kind is then mounted twice, as it
//     is and as a difference.
//
// # The picture
//
//	browser ── guard ──┬── /                          overview: names, totals, when, links
//	           Host    ├── /pprof/NAME/flamegraph     ┐
//	           Origin  │          …/top /peek /graph  ├ pprof's handlers over the profile alone ──┐
//	           GET     │          …/source            ┘                                           ├── dress ── page
//	                   ├── /pprof/NAME/disasm           pprof's handlers with objdump ────────────┘
//	                   ├── /pprof/NAME/download       the file, byte for byte
//	                   ├── /pprof/A-minus-B/…         the difference of two profiles, mounted when first asked for
//	                   ├── /compare/NAME              what a profile can be compared with
//	                   ├── /run/NAME                  a hang: verdicts, who waits for whom, stacks; a leak: sites, growth
//	                   ├── /report/NAME               plain text, HTML in a sandbox, a trace to save; read through os.Root
//	                   └── /explain/STRUCTURE?…       package tour's stories, a step an address
//
// # Operations
//
// New reads every file at once, so that what is wrong with one is said before anything is served, in a line that names
// the file, what it is instead, and what to do. Inside a folder a broken profile is a warning on the overview: a run
// that was killed leaves one, and the others are then wanted all the more. Listen opens the port, Serve answers until
// its context ends.
//
// Each request lists the folders that were given, which is a reading of directories and no more: the names, sizes and times of
// the files in them. If they are others than before, a new catalog is made, and only what has changed is read. So a run
// that ends while the site is open is there at the next reload. What keeps its file keeps its name.
//
// # Without scripts
//
// All pages can be read, and gone through, without any. The picture of a hang is SVG made here; a box in it is a link to a
// stack, which the browser unfolds. A curve is a path. A step of an explanation is a page whose address holds structure, keys,
// seed and step, so that it can be sent to somebody; explain.js only fetches the next one without a reload and minds the
// keyboard. It is the one script that a page of ours may run.
//
// # Embedding pprof: what it takes
//
// driver.PProf hands its handlers to a function of ours instead of serving them. They find their way under any prefix,
// because their links and redirects are relative. The rest is pitfalls:
//
//   - The driver's configuration is global to the process. A report flag given at one mount (-sample_index, -focus)
//     changes what the mounts before it show. So no report flag is ever passed, all choices travel in the address
//     (?si=, ?f=), and a lock keeps two calls of the driver apart. TestNoCrossTalk asks two profiles at once for totals
//     that differ.
//   - /saveconfig and /deleteconfig write pprof/settings.json in the user's configuration, on a GET, without asking who
//     sent it. They are not mounted, and their menu entries are hidden. The driver still wants to know where the
//     settings would be, and fails where neither HOME nor XDG_CONFIG_HOME is set.
//   - A Fetcher that returns no profile and no error sends the driver to the file system, then to the network. Ours
//     returns the profiles that New has read, or an error.
//   - The default Symbolizer runs programs and asks servers. Ours leaves the profile as it is.
//   - Every mount looks for llvm-symbolizer, addr2line, nm and objdump by running them, and /source prefers what
//     addr2line says to the lines that the profile itself holds: nothing at all for a stripped program, after a second
//     of work. Without object tools a mount costs under a millisecond instead of about fifty (BenchmarkOpen), and /source
//     shows the lines of the profile. Only /disasm gets the tools.
//   - /graph runs dot and fails without it. A page then says so and leads to the flame graph.
//   - A profile without a mapping (fgprof's, a hand-made one) is titled "unknown". It gets one, named after the mount.
//   - The title is the program's name, so that two profiles of one program look the same in the browser's tabs, nothing
//     leads back to an overview, and there is no dark mode. dress puts the mount's name into the title and heading,
//     links back, and adds a style sheet. It looks for three short marks in pprof's HTML; where a release changes one,
//     the page stays as pprof made it, and TestEveryPage says so.
//   - Pages that fail are a line of bare text, and a panic would cut the connection. Both become a page that says what
//     to do.
//
// # Who may ask
//
// /source and /disasm show files of this machine, whichever a profile names, and there is no password. Hence:
//
//  1. Listen refuses every address that is not loopback, and asks no resolver what a name means.
//  2. A request whose Host is not a loopback name is refused: a page of evil.example that has its name resolve to
//     127.0.0.1 still sends its own name.
//  3. A request that another site made the browser send (Sec-Fetch-Site, Origin) is refused, other ports of this machine
//     included. Only the overview may be the target of a link.
//  4. Only GET and HEAD, and nothing that they do is written anywhere.
//  5. No part of an address becomes a path: names are looked up among those of the catalog.
//  6. Every answer carries a Content-Security-Policy without any other host, and nosniff; our own pages allow no script
//     at all, those of /explain/ the one file explain.js.
//
// Other users of the same machine can reach a loopback port. Where that matters, this is not the tool.
//
// # Costs
//
// A profile is held three times: as read, as parsed, and, once looked at, as pprof's own serialised copy, which it
// parses anew for every page. The page of a profile is thus linear in its size. BenchmarkOpen and BenchmarkPage measure
// both steps.
//
// # What it is not good for
//
// Profiles of running servers (take one with curl and give it here), unsymbolised profiles of C programs, hundreds of
// megabytes of profile, and more than one reader: it is a desk, not a service.
package web
