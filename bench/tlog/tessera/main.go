// Drives the POSIX driver of Tessera with entries from a file: one batch after the other, each awaited until it is durable.
// Prints one JSON object: the seconds that each run took, and the size of the tree at the end.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	folder := flag.String("folder", "", "empty folder for the log")
	entries := flag.String("entries", "", "file with the entries, one after the other")
	length := flag.Int("length", 200, "bytes of an entry")
	batch := flag.Int("batch", 256, "entries of a batch")
	flag.Parse()
	if err := run(*folder, *entries, *length, *batch); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder, file string, length, batch int) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	secret, _, err := note.GenerateKey(rand.Reader, "bench.example.com")
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return err
	}
	ctx := context.Background()
	driver, err := posix.New(ctx, posix.Config{Path: filepath.Clean(folder)})
	if err != nil {
		return err
	}
	// A batch is flushed when it is full. The head is signed once a second, not for every batch.
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithCheckpointInterval(time.Second).
		WithBatching(uint(batch), 50*time.Millisecond).
		WithPushback(uint(2 * batch))
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	count := len(data) / length
	var last uint64
	began := time.Now()
	for at := 0; at < count; at += batch {
		end := min(at+batch, count)
		futures := make([]tessera.IndexFuture, 0, batch)
		for i := at; i < end; i++ {
			futures = append(futures, appender.Add(ctx, tessera.NewEntry(data[i*length:(i+1)*length])))
		}
		for _, future := range futures {
			index, err := future()
			if err != nil {
				return err
			}
			last = max(last, index.Index)
		}
	}
	seconds := time.Since(began).Seconds()
	if err := shutdown(ctx); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"seconds": seconds, "entries": last + 1})
}
