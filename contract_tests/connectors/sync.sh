#!/usr/bin/env bash
# A connector of bash, curl and jq: `bash sync.sh pull|push`. The protocol is told in docs/connectors.md.
set -euo pipefail

tries=8 batch=100
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "$*" >&2
    exit 1
}

# call METHOD URL [curl arguments]: asks until the answer will not change by waiting; sets $status, body in $work/body.
# Secrets come in a file: the words of a command can be read by every user of a machine.
call() {
    local method=$1 url=$2 attempt told
    shift 2
    for ((attempt = 0; attempt < tries; attempt++)); do
        told=
        if status=$(curl -sS --max-time 30 -X "$method" -K "$work/secret" -o "$work/body" -D "$work/head" \
            -w '%{http_code}' "$@" "$url" 2>"$work/trouble"); then
            case $status in
                408 | 429 | 500 | 502 | 503 | 504) ;;
                2*) grep -qi '^content-type:.*json' "$work/head" && return ;;
                *) return ;;
            esac
            told=$(sed -n 's/^[Rr]etry-[Aa]fter: *//p' "$work/head" | tr -d '\r')
            if [[ -n $told && ! $told =~ ^[0-9]+$ ]]; then # a date
                told=$(($(date -d "$told" +%s) - $(date +%s)))
                ((told >= 0)) || told=0
            fi
        else
            status=$(head -c 200 "$work/trouble")
        fi
        [[ -z $told ]] || ((told <= 300)) || break
        ((attempt + 1 < tries)) && sleep "${told:-$((1 << (attempt < 4 ? attempt : 4))).$((RANDOM % 10))}"
    done
    fail "$method ${url%%\?*}: gave up after $status"
}

quoted() { # a value for a file of curl's
    local told=${1//\\/\\\\}
    printf '"%s"' "${told//\"/\\\"}"
}

grant() {
    printf 'user = %s\n' "$(quoted "$AKENEO_CLIENT_ID:$AKENEO_SECRET")" >"$work/secret"
    call POST "$AKENEO_BASE_URL/api/oauth/v1/token" -H 'Content-Type: application/json' --data-binary "@$work/grant"
}

refresh_token=
log_in() {
    status=
    if [[ -n $refresh_token ]]; then
        jq -n --arg t "$refresh_token" '{grant_type: "refresh_token", refresh_token: $t}' >"$work/grant"
        grant
    fi
    if [[ $status != 200 ]]; then
        jq -n '{grant_type: "password", username: env.AKENEO_USERNAME, password: env.AKENEO_PASSWORD}' >"$work/grant"
        grant
    fi
    [[ $status == 200 ]] || fail "no token: $status $(head -c 200 "$work/body")"
    refresh_token=$(jq -r .refresh_token "$work/body")
    printf 'header = %s\n' "$(quoted "Authorization: Bearer $(jq -r .access_token "$work/body")")" >"$work/secret"
}

authorized() {
    [[ -n $refresh_token ]] || log_in
    call "$@"
    if [[ $status == 401 ]]; then
        log_in
        call "$@"
    fi
    [[ $status == 2* ]] || fail "$1 ${2%%\?*}: $status $(head -c 200 "$work/body")"
}

pull() {
    local url="$AKENEO_BASE_URL/api/rest/v1/products-uuid?pagination_type=search_after&limit=100"
    if [[ -n ${CONNECTOR_SINCE:-} ]]; then
        # One second earlier than told: the PIM's moments have whole seconds, and ">" is strict.
        local since
        since=$(date -u -d "@$(($(date -d "$CONNECTOR_SINCE" +%s) - 1))" '+%Y-%m-%d %H:%M:%S')
        url+="&search=$(jq -rn --arg v "$since" '{updated: [{operator: ">", value: $v}]} | tojson | @uri')"
    fi
    while [[ -n $url ]]; do
        authorized GET "$url"
        jq -c '._embedded.items[]' "$work/body"
        url=$(jq -r '._links.next.href // empty' "$work/body")
        # The token goes to the PIM and to nobody else.
        [[ -z $url || $url == "$AKENEO_BASE_URL"/* ]] || fail "next leads elsewhere"
    done
}

push() {
    split -l "$batch" - "$work/batch-"
    local part
    for part in "$work"/batch-*; do
        [[ -e $part ]] || return 0
        authorized PATCH "$AKENEO_BASE_URL/api/rest/v1/products" \
            -H 'Content-Type: application/vnd.akeneo.collection+json' --data-binary "@$part"
        jq -r .identifier "$part" | jq -Rc --slurpfile lines "$work/body" '
            . as $identifier | input_line_number as $number
            | (first($lines[] | select(.line == $number)) // error("the PIM did not answer for \($identifier)"))
            | if .status_code < 300 then {identifier: $identifier, status: "accepted"}
              else {identifier: $identifier, status: "refused", message: ([.message, .errors[]?.message] | join(" "))}
              end'
    done
}

case ${1:-} in
    pull | push) "$1" ;;
    *) fail "usage: sync.sh pull|push" ;;
esac
