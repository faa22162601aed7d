#!/usr/bin/env bash
# Run a command with a PostgreSQL server of its own: with_postgres.sh COMMAND...
# The server listens on the loopback only, and is stopped and removed afterwards.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed" >&2; exit 3; }
folder=$(mktemp -d /tmp/qianshao-postgres.XXXXXX)
port=${QIANSHAO_POSTGRES_PORT:-54329}

# The server refuses to run as root, so there it runs as its own user.
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
stop() { as_server "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT

[ "$(id -u)" != 0 ] || chown postgres "$folder"
as_server "$bin/initdb" -D "$folder/data" -A trust -U qianshao -E UTF8 --locale=C.UTF-8 >/dev/null
as_server "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off" start >/dev/null
export QIANSHAO_DATABASE="postgresql://qianshao@127.0.0.1:$port/postgres"
"$@"
