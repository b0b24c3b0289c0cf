package measure

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// Machine is where and by what a run was made: times mean nothing without it.
type Machine struct {
	CPU        string            `json:"cpu"`
	Cores      int               `json:"cores"`
	GOMAXPROCS int               `json:"gomaxprocs"`
	OS         string            `json:"os"`
	Arch       string            `json:"arch"`
	Go         string            `json:"go"`
	Build      map[string]string `json:"build"` // the build settings that change code: -race, GOAMD64, ...
	GOGC       string            `json:"gogc"`
	Load       float64           `json:"load"` // average of the last minute, when the run began; -1 is unknown
}

// codeSettings are the build settings that change the code that is measured.
var codeSettings = [...]string{"-race", "-msan", "-asan", "-gcflags", "-cover", "-tags", "GOAMD64", "GOEXPERIMENT", "CGO_ENABLED"}

// ThisMachine describes the machine and the program.
func ThisMachine() Machine {
	m := Machine{
		CPU: cpuModel(), Cores: runtime.NumCPU(), GOMAXPROCS: runtime.GOMAXPROCS(0),
		OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(),
		Build: map[string]string{}, GOGC: os.Getenv("GOGC"), Load: loadAverage(),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			for _, key := range codeSettings {
				if setting.Key == key {
					m.Build[key] = setting.Value
				}
			}
		}
	}
	return m
}

// Level is the architecture and the level of it that the program was built for.
func (m Machine) Level() string {
	if level := m.Build["GO"+strings.ToUpper(m.Arch)]; level != "" {
		return m.Arch + " " + level
	}
	return m.Arch
}

// Warnings lists what about the machine and the build makes times doubtful.
func (m Machine) Warnings() []string {
	var warnings []string
	for _, setting := range codeSettings[:5] {
		if value := m.Build[setting]; value != "" && value != "false" {
			warnings = append(warnings, fmt.Sprintf("built with %s=%s: the times are not those of an ordinary build", setting, value))
		}
	}
	if m.Load > float64(m.Cores)/2 {
		warnings = append(warnings, fmt.Sprintf("the machine was busy before the run began: load %.1f on %d cores", m.Load, m.Cores))
	}
	return warnings
}

func cpuModel() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func loadAverage() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	minute, _, _ := strings.Cut(string(text), " ")
	load, err := strconv.ParseFloat(minute, 64)
	if err != nil {
		return -1
	}
	return load
}
