// Command volumes opens every new folder in the one it is given to all users.
//
// Kubernetes' built-in host-path provisioner makes a volume's folder with mode 0750, owned by root, and fsGroup has no
// effect on host paths: a pod that is not root could not write into its own claim.
package main

import (
	"log"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unsafe"
)

func open(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		log.Fatal(err)
	}
	for _, entry := range entries {
		allow(filepath.Join(folder, entry.Name()))
	}
}

func allow(path string) {
	// The umask does not apply to chmod. A folder that has gone again is nobody's concern.
	if err := os.Chmod(path, 0o777); err != nil && !os.IsNotExist(err) {
		log.Print(err)
	}
}

// names reads the names out of a buffer of inotify events.
func names(buffer []byte) []string {
	var found []string
	for len(buffer) >= syscall.SizeofInotifyEvent {
		event := (*syscall.InotifyEvent)(unsafe.Pointer(&buffer[0]))
		end := syscall.SizeofInotifyEvent + int(event.Len)
		found = append(found, strings.TrimRight(string(buffer[syscall.SizeofInotifyEvent:end]), "\x00"))
		buffer = buffer[end:]
	}
	return found
}

func main() {
	folder := os.Args[1]
	watch, err := syscall.InotifyInit()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := syscall.InotifyAddWatch(watch, folder, syscall.IN_CREATE|syscall.IN_MOVED_TO); err != nil {
		log.Fatal(err)
	}
	open(folder)
	buffer := make([]byte, 64*1024)
	for {
		n, err := syscall.Read(watch, buffer)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		for _, name := range names(buffer[:n]) {
			allow(filepath.Join(folder, name))
		}
	}
}
