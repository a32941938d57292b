package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pkg/sftp"
)

// privateMode is the mode of a file made from a text, which may well be a secret.
const privateMode = 0o600

// CopyPath copies the local file or folder source to target on the host of c.
//
//	source  | target is a folder  | target does not exist | target is a file
//	file    | target/file         | target                | target, overwritten
//	folder  | target/folder/...   | target/folder/...     | error
//	folder/ | target/...          | target/...            | error
//
// Missing parent folders of target are made.
func CopyPath(ctx context.Context, c Connection, source, target string, log func(line string)) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	return withClient(ctx, c, log, func(client *sftp.Client) error {
		exists, isFolder, err := stat(client, target)
		if err != nil {
			return err
		}
		switch {
		case !info.IsDir() && isFolder:
			return copyFile(client, source, path.Join(target, filepath.Base(source)))
		case !info.IsDir():
			return copyFile(client, source, target)
		case exists && !isFolder:
			return fmt.Errorf("%s on the host is a file, so a folder cannot be copied to it", target)
		case strings.HasSuffix(source, "/"):
			return copyFolder(client, source, target)
		default:
			return copyFolder(client, source, path.Join(target, filepath.Base(source)))
		}
	})
}

// CopyText writes text to the file target on the host of c. A file that is new can be read by its
// owner only. Missing parent folders are made.
func CopyText(ctx context.Context, c Connection, text, target string, log func(line string)) error {
	return withClient(ctx, c, log, func(client *sftp.Client) error {
		exists, isFolder, err := stat(client, target)
		if err != nil {
			return err
		}
		if isFolder {
			return fmt.Errorf("%s on the host is a folder: a text needs the path of a file", target)
		}
		return write(client, strings.NewReader(text), target, !exists)
	})
}

func withClient(ctx context.Context, c Connection, log func(string), use func(*sftp.Client) error) error {
	connection, closeConnection, err := Dial(ctx, c, log)
	if err != nil {
		return err
	}
	defer closeConnection()
	stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer stop()
	client, err := sftp.NewClient(connection)
	if err != nil {
		return fmt.Errorf("starting the file transfer: %w", err)
	}
	defer client.Close()
	return use(client)
}

func stat(client *sftp.Client, target string) (exists, isFolder bool, err error) {
	info, err := client.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("looking at %s on the host: %w", target, err)
	}
	return true, info.IsDir(), nil
}

func copyFolder(client *sftp.Client, source, target string) error {
	return fs.WalkDir(os.DirFS(source), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		remote := path.Join(target, name)
		if !entry.IsDir() {
			return copyFile(client, filepath.Join(source, name), remote)
		}
		if err := client.MkdirAll(remote); err != nil {
			return fmt.Errorf("making the folder %s on the host: %w", remote, err)
		}
		return nil
	})
}

func copyFile(client *sftp.Client, source, target string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer file.Close()
	return write(client, file, target, false)
}

func write(client *sftp.Client, from io.Reader, target string, private bool) error {
	if err := client.MkdirAll(path.Dir(target)); err != nil {
		return fmt.Errorf("making the folder of %s on the host: %w", target, err)
	}
	file, err := client.Create(target)
	if err != nil {
		return fmt.Errorf("making %s on the host: %w", target, err)
	}
	defer file.Close()
	if private {
		if err := file.Chmod(privateMode); err != nil {
			return fmt.Errorf("protecting %s on the host: %w", target, err)
		}
	}
	if _, err := file.ReadFrom(from); err != nil {
		return fmt.Errorf("writing %s on the host: %w", target, err)
	}
	return file.Close()
}
