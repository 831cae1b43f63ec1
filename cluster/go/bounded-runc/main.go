// Command bounded-runc is runc for a machine whose root may not do everything.
//
// Docker 20.10 gives a privileged container every capability there is, lowers its OOM score and raises its limit of open
// files. Where the bounding set lacks CAP_SYS_RESOURCE the kernel refuses all three, and with them the container. This
// asks only for what there is, then becomes the real runc, the first one on PATH.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// In the order of their numbers.
var capabilities = strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP
	LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
	SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE
	AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF
	CHECKPOINT_RESTORE`)

type object = map[string]any

// limits is what this process may hand on.
type limits struct {
	bounding uint64
	oomScore int64
	files    uint64
}

func (l limits) allows(name any) bool {
	text, _ := name.(string)
	number := slices.Index(capabilities, strings.TrimPrefix(text, "CAP_"))
	return number >= 0 && l.bounding&(1<<number) != 0
}

func (l limits) boundCapabilities(process object) {
	sets, _ := process["capabilities"].(object)
	for set, value := range sets {
		names, _ := value.([]any)
		sets[set] = slices.DeleteFunc(names, func(name any) bool { return !l.allows(name) })
	}
}

func (l limits) boundOomScore(process object) {
	score, given := process["oomScoreAdj"].(json.Number)
	if wanted, err := score.Int64(); given && err == nil && wanted < l.oomScore {
		process["oomScoreAdj"] = l.oomScore
	}
}

func (l limits) boundFiles(process object) {
	rlimits, _ := process["rlimits"].([]any)
	for _, value := range rlimits {
		limit, _ := value.(object)
		if limit["type"] != "RLIMIT_NOFILE" {
			continue
		}
		for _, side := range []string{"soft", "hard"} {
			number, _ := limit[side].(json.Number)
			if wanted, err := strconv.ParseUint(number.String(), 10, 64); err == nil {
				limit[side] = min(wanted, l.files)
			}
		}
	}
}

func (l limits) bound(process object) {
	l.boundCapabilities(process)
	l.boundOomScore(process)
	l.boundFiles(process)
}

var boundingLine = regexp.MustCompile(`(?m)^CapBnd:\s*([0-9a-f]+)`)

func read(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func own() limits {
	found := boundingLine.FindStringSubmatch(read("/proc/self/status"))
	bounding, _ := strconv.ParseUint(found[1], 16, 64)
	score, _ := strconv.ParseInt(read("/proc/self/oom_score_adj"), 10, 64)
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		log.Fatal(err)
	}
	return limits{bounding, score, files.Max}
}

// edit changes the process that the file describes: at its top for `exec`, below "process" for a bundle.
func edit(path string, inBundle bool) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	// Numbers stay as they are written: some do not fit a float.
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var whole object
	if err := decoder.Decode(&whole); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	process := whole
	if inBundle {
		process, _ = whole["process"].(object)
	}
	own().bound(process)
	changed, err := json.Marshal(whole)
	if err != nil {
		return err
	}
	return os.WriteFile(path, changed, 0o600)
}

// option is the value of a flag, given as one word or two.
func option(args []string, names ...string) string {
	for i, arg := range args {
		name, value, joined := strings.Cut(arg, "=")
		if !slices.Contains(names, name) {
			continue
		}
		if joined {
			return value
		}
		if i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// withValue are runc's own flags that take another word.
var withValue = []string{"--criu", "--log", "--log-format", "--root", "--rootless"}

// command is the first word that is neither a flag of runc's own nor the value of one.
func command(args []string) string {
	for i, arg := range args {
		isValue := i > 0 && slices.Contains(withValue, args[i-1])
		if !isValue && !strings.HasPrefix(arg, "-") {
			return arg
		}
	}
	return ""
}

func prepare(args []string) error {
	switch command(args) {
	case "create", "run":
		return edit(filepath.Join(option(args, "--bundle", "-b"), "config.json"), true)
	case "exec":
		if file := option(args, "--process", "-p"); file != "" {
			return edit(file, false)
		}
	}
	return nil
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("bounded-runc: ")
	if err := prepare(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(syscall.Exec(runc, append([]string{"runc"}, os.Args[1:]...), os.Environ()))
}
