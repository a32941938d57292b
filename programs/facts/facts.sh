# Prints what commands say, one a line: NAME, exit status, output in base64, with tabs between.
#   fact NAME COMMAND...
fact() {
  fact_name=$1
  shift
  fact_output=$("$@" 2>&1)
  fact_status=$?
  printf '%s\t%s\t%s\n' "$fact_name" "$fact_status" "$(printf %s "$fact_output" | base64 -w0)"
}

# The certificate in a file that holds the private key as well.
certificate() {
  fact certificate sed -n '/BEGIN CERTIFICATE/,$p' "$1"
}
