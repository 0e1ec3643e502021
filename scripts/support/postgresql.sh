# A PostgreSQL server of one's own, gone with the script. Sourced, not run; needs setup.sh.

# start_postgresql: starts a server in a folder of its own and sets BUSBAR_POSTGRESQL to how it is reached.
start_postgresql() {
  need_debian postgresql libpq-dev
  local bin
  bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)
  [ -x "$bin/initdb" ] || fail "there is no initdb below /usr/lib/postgresql"
  postgresql_folder=$(mktemp -d)
  postgresql_as=()
  # PostgreSQL does not run as root.
  if [ "$(id -u)" -eq 0 ]; then
    postgresql_as=(runuser -u postgres --)
    chown postgres "$postgresql_folder"
  fi
  postgresql_bin=$bin
  trap stop_postgresql EXIT
  "${postgresql_as[@]}" "$bin/initdb" -D "$postgresql_folder/data" -U busbar -A trust -E UTF8 --locale=C \
    >"$postgresql_folder.log" 2>&1 || fail "initdb failed; see $postgresql_folder.log"
  chmod 755 "$postgresql_folder"
  "${postgresql_as[@]}" "$bin/pg_ctl" -D "$postgresql_folder/data" -w -l "$postgresql_folder/data/server.log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$postgresql_folder' ${POSTGRESQL_OPTIONS:-}" start >/dev/null ||
    fail "PostgreSQL did not start; see $postgresql_folder/data/server.log"
  export BUSBAR_POSTGRESQL="host=$postgresql_folder user=busbar dbname=postgres"
}

stop_postgresql() {
  [ -n "${postgresql_folder:-}" ] || return 0
  "${postgresql_as[@]}" "$postgresql_bin/pg_ctl" -D "$postgresql_folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$postgresql_folder" "$postgresql_folder.log"
  postgresql_folder=
}
