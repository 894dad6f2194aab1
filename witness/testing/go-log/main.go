// A log by Tessera that publishes nothing without a cosignature of one witness. Prints the last published checkpoint.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	folder := flag.String("folder", "", "empty folder for the log")
	secret := flag.String("secret", "", "signer key of the log")
	key := flag.String("witness", "", "verifier key of the witness")
	at := flag.String("url", "", "address of the witness")
	rounds := flag.Int("rounds", 3, "checkpoints to publish")
	flag.Parse()
	if err := run(*folder, *secret, *key, *at, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder, secret, key, at string, rounds int) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	signer, err := note.NewSigner(secret)
	if err != nil {
		return err
	}
	root, err := url.Parse(at)
	if err != nil {
		return err
	}
	witness, err := tessera.NewWitness(key, root)
	if err != nil {
		return err
	}
	driver, err := posix.New(ctx, posix.Config{Path: folder})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithCheckpointInterval(time.Second).
		WithBatching(16, 20*time.Millisecond).
		WithWitnesses(tessera.NewWitnessGroup(1, witness), &tessera.WitnessOptions{Timeout: 5 * time.Second})
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	awaiter := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 50*time.Millisecond)
	var published []byte
	for round := range rounds {
		var last tessera.IndexFuture
		for i := range 40 {
			last = appender.Add(ctx, tessera.NewEntry(fmt.Appendf(nil, "entry %d of round %d", i, round)))
		}
		if _, published, err = awaiter.Await(ctx, last); err != nil {
			return err
		}
	}
	fmt.Print(string(published))
	return shutdown(ctx)
}
