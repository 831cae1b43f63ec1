#!/bin/sh
# Starts PostgreSQL; with an empty volume it makes the database first. Everything it writes is below the volume, so the
# root file system may be read-only. Variables as in the published image: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB,
# POSTGRES_HOST_AUTH_METHOD, PGDATA.
set -eu
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "$method" != trust ]; then
    echo "postgres: set POSTGRES_PASSWORD (or POSTGRES_HOST_AUTH_METHOD=trust) to make a database in $PGDATA" >&2
    exit 1
  fi
  # Made under another name and renamed: a start that is killed leaves no half database.
  new=$PGDATA.new
  rm -rf "$new"
  mkdir -p "$PGDATA.pw"
  chmod 700 "$PGDATA.pw"
  printf '%s\n' "${POSTGRES_PASSWORD:-none}" > "$PGDATA.pw/password"
  initdb --pgdata="$new" --username="$user" --pwfile="$PGDATA.pw/password" --auth-local=trust \
    --auth-host=scram-sha-256 --encoding=UTF8 --locale=C --no-sync > /dev/null
  rm -rf "$PGDATA.pw"
  echo "host all all all $method" >> "$new/pg_hba.conf"
  {
    echo "listen_addresses = '*'"
    echo "unix_socket_directories = '$PGDATA'"
    echo "timezone = 'UTC'"
    echo "log_timezone = 'UTC'"
  } >> "$new/postgresql.conf"
  if [ "$database" != postgres ]; then
    echo "CREATE DATABASE \"$database\"" | postgres --single -D "$new" postgres > /dev/null
  fi
  rm -rf "$PGDATA"
  mv "$new" "$PGDATA"
fi

case ${1:-postgres} in -*) set -- postgres "$@" ;; esac
exec "$@"
