# shellcheck shell=bash
# Fresh secrets, in the form that .env.example explains.

# new_secrets DIRECTORY: writes .env, .env.stage and .env.prod there, mode 0600.
new_secrets() {
  local dir=$1 environment password
  {
    printf 'HCLOUD_TOKEN=\nDNS_TOKEN=\nSTATE_ACCESS_KEY=\nSTATE_SECRET_KEY=\nREGISTRY_USER=\nREGISTRY_PASSWORD=\nREGISTRY_PULL_USER=\nREGISTRY_PULL_TOKEN=\n'
    printf 'WEBHOOK_SECRET=%s\n' "$(random_text 48)"
    printf 'DEPLOY_KEY=%s\n' "$(new_ssh_key onebox-deploy)"
    printf 'HOST_CA_KEY=%s\n' "$(new_ssh_key onebox-host-ca)"
    printf 'HASH_SALT=%s\n' "$(random_text 48)"
  } >"$dir/.env"
  for environment in stage prod; do
    password=$(random_text 32)
    {
      printf 'POSTGRES_PASSWORD=%s\n' "$password"
      printf 'DATABASE_URL=postgres://app:%s@db:5432/app\n' "$password"
      printf 'LOG_LEVEL=info\n'
    } >"$dir/.env.$environment"
  done
}

# new_ssh_key COMMENT: an ed25519 private key, base64 on one line.
new_ssh_key() {
  local dir
  dir=$(mktemp -d "${TMPDIR:-/tmp}/onebox-key.XXXXXX")
  ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$dir/key"
  base64 <"$dir/key" | tr -d '\n'
  rm -rf "$dir"
}

# random_text LENGTH: letters and digits, as DATABASE_URL and every shell take them.
random_text() { openssl rand -base64 "$(($1 * 2))" | tr -dc 'A-Za-z0-9' | head -c "$1"; }
