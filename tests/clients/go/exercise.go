// What the tests have pgx do: `cases`, or `writes ROUTE SECONDS TABLE`.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

var background = context.Background()

func url(route string) string { return os.Getenv("URL_" + route) }

func expect(found, wanted any) error {
	if found != wanted {
		return fmt.Errorf("got %v instead of %v", found, wanted)
	}
	return nil
}

// on runs work in a connection of its own to each of the routes.
func on(work func(route string, connection *pgx.Conn) error, routes ...string) error {
	for _, route := range routes {
		connection, err := pgx.Connect(background, url(route))
		if err == nil {
			err = work(route, connection)
			connection.Close(background)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", route, err)
		}
	}
	return nil
}

func opens() error {
	return on(func(route string, connection *pgx.Conn) error {
		var standby bool
		err := connection.QueryRow(background, "SELECT pg_is_in_recovery()").Scan(&standby)
		return errors.Join(err, expect(standby, strings.Contains(route, "READ")))
	}, "WRITE", "READ", "POOLED_WRITE", "POOLED_READ", "MEMBERS", "MEMBERS_READ")
}

func verifies() error {
	err := on(func(string, *pgx.Conn) error { return nil }, "WRONG_CA")
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		return fmt.Errorf("the wrong CA: %v", err)
	}
	return nil
}

func prepares() error {
	for _, route := range []string{"WRITE", "POOLED_WRITE"} {
		pool, err := open(background, url(route))
		if err != nil {
			return err
		}
		failed := make(chan error)
		for range 4 {
			go func() {
				var all error
				for number := range 20 {
					var sum int
					err := pool.QueryRow(background, "SELECT $1::int + 1", number).Scan(&sum)
					all = errors.Join(all, err, expect(sum, number+1))
				}
				failed <- all
			}()
		}
		for range 4 {
			err = errors.Join(err, <-failed)
		}
		pool.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func copies() error {
	return on(func(_ string, connection *pgx.Conn) error {
		return pgx.BeginFunc(background, connection, func(tx pgx.Tx) error {
			_, err := tx.Exec(background, "CREATE TEMP TABLE copied (n int) ON COMMIT DROP")
			if err != nil {
				return err
			}
			rows := pgx.CopyFromSlice(1000, func(i int) ([]any, error) { return []any{i}, nil })
			copied, err := tx.CopyFrom(background, pgx.Identifier{"copied"}, []string{"n"}, rows)
			return errors.Join(err, expect(copied, int64(1000)))
		})
	}, "WRITE", "POOLED_WRITE")
}

func notifies() error {
	return on(func(_ string, connection *pgx.Conn) error {
		if _, err := connection.Exec(background, "LISTEN pgx"); err != nil {
			return err
		}
		err := on(func(_ string, other *pgx.Conn) error {
			_, err := other.Exec(background, "NOTIFY pgx, 'hello'")
			return err
		}, "POOLED_WRITE")
		limited, stop := context.WithTimeout(background, 5*time.Second)
		defer stop()
		arrived, late := connection.WaitForNotification(limited)
		if late != nil {
			return errors.Join(err, late)
		}
		return errors.Join(err, expect(arrived.Payload, "hello"))
	}, "WRITE", "MEMBERS")
}

// cancels shows by another session that the server has stopped, which the driver does not wait for.
func cancels() error {
	return on(func(_ string, connection *pgx.Conn) error {
		var pid int
		if err := connection.QueryRow(background, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
			return err
		}
		sleeping := make(chan error)
		go func() {
			_, err := connection.Exec(background, "SELECT pg_sleep(30)")
			sleeping <- err
		}()
		time.Sleep(300 * time.Millisecond)
		if err := connection.PgConn().CancelRequest(background); err != nil {
			return err
		}
		select {
		case err := <-sleeping:
			if err == nil {
				return errors.New("it slept to the end")
			}
			return nil
		case <-time.After(5 * time.Second):
			return errors.New("was not cancelled")
		}
	}, "WRITE", "POOLED_WRITE", "MEMBERS", "MEMBERS_READ")
}

func many() error {
	failed := make(chan error)
	for range 200 {
		go func() {
			failed <- on(func(_ string, connection *pgx.Conn) error {
				_, err := connection.Exec(background, "SELECT pg_sleep(0.1)")
				return err
			}, "POOLED_WRITE")
		}()
	}
	var all error
	for range 200 {
		all = errors.Join(all, <-failed)
	}
	return all
}

func cases() {
	for _, one := range []struct {
		name string
		run  func() error
	}{
		{"open", opens}, {"verify", verifies}, {"prepare", prepares}, {"copy", copies},
		{"notify", notifies}, {"cancel", cancels}, {"many", many},
	} {
		if err := one.run(); err != nil {
			fmt.Printf("FAILED %s: %s\n", one.name, strings.ReplaceAll(err.Error(), "\n", "; "))
		} else {
			fmt.Println("ok", one.name)
		}
	}
}

func writes(route, seconds, table string) error {
	pool, err := open(background, url(route))
	if err != nil {
		return err
	}
	length, err := strconv.ParseFloat(seconds, 64)
	if err != nil {
		return err
	}
	fmt.Println("started")
	end := time.Now().Add(time.Duration(length * float64(time.Second)))
	number := 0
	for time.Now().Before(end) {
		err := inTransaction(background, pool, func(tx pgx.Tx) error {
			insert := "INSERT INTO " + table + " VALUES ($1) ON CONFLICT DO NOTHING"
			_, err := tx.Exec(background, insert, number+1)
			return err
		})
		if err != nil {
			return err
		}
		number++
		time.Sleep(50 * time.Millisecond)
	}
	fmt.Println("acknowledged", number)
	return nil
}

func main() {
	if os.Args[1] == "cases" {
		cases()
	} else if err := writes(os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Println("FAILED", err)
		os.Exit(1)
	}
}
