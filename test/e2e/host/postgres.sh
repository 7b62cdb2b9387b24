#!/bin/sh
# Replaces the image of PostgreSQL, which is not here: Debian's server on the programs of this machine, which the container mounts at
# /usr, with the variables of that image. Usage: postgres.sh ENGINE IMAGE
set -eu

engine=${1:?the program that imports the image}
image=${2:?the name of the image}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/etc" "$folder/usr" "$folder/tmp" "$folder/run"
for name in bin lib lib64; do ln -s "usr/$name" "$folder/$name"; done
echo 'postgres:x:999:999::/var/lib/postgresql:/bin/sh' >"$folder/etc/passwd"
mkdir -p "$folder/var/lib/postgresql"
cat >"$folder/entrypoint" <<'END'
#!/bin/sh
set -eu
cd /var/lib/postgresql
chown 999:999 . /run
as_postgres() { setpriv --reuid=999 --regid=999 --clear-groups "$@"; }
if [ ! -d data ]; then
  echo "$POSTGRES_PASSWORD" >/tmp/password
  as_postgres initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 --encoding=UTF8 --no-sync data
  echo 'host all all all scram-sha-256' >>data/pg_hba.conf
  echo "CREATE DATABASE $POSTGRES_DB;" | as_postgres postgres --single -D data postgres
fi
exec setpriv --reuid=999 --regid=999 --clear-groups postgres -D data -c listen_addresses='*' -c unix_socket_directories=/run
END
chmod +x "$folder/entrypoint"
programs=$(echo /usr/lib/postgresql/*/bin)
tar -C "$folder" -c . | "$engine" import --change "ENV PATH=$programs:/usr/bin" --change 'CMD ["/entrypoint"]' - "$image"
