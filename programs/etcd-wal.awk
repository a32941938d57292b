# Reads one segment of etcd's write-ahead log, as `od -An -v -tu1 -w8` prints it. Prints the IDs of
# the cluster and the member as etcd writes them, term and index of the last entry; `-` for what is
# not there. With head=1 it stops after the IDs.
# Format: etcd's server/storage/wal: 8 bytes of length and padding, then a record (type 1 metadata,
# 2 entry, 3 state, 5 snapshot), each of whose parts is a protocol buffer.

function varint(  value, scale, byte) {
  value = 0
  scale = 1
  do {
    byte = record[at++]
    value += byte % 128 * scale
    scale *= 128
  } while (byte >= 128)
  return value
}

# A varint of 64 bits in hexadecimal: as a number of awk's it would lose its last digits.
function id(  bits, byte, i, n, text) {
  for (i = 0; i < 70; i++) bits[i] = 0
  n = 0
  do {
    byte = record[at++]
    for (i = 0; i < 7; i++) bits[n++] = int(byte / 2 ^ i) % 2
  } while (byte >= 128 && n < 70)
  text = ""
  for (i = 60; i >= 0; i -= 4)
    text = text substr("0123456789abcdef", 1 + bits[i] + 2 * bits[i + 1] + 4 * bits[i + 2] + 8 * bits[i + 3], 1)
  sub(/^0+/, "", text)
  return text
}

# The value of the next field, if it has that tag.
function field(tag) {
  if (record[at] != tag) return 0
  at++
  return varint()
}

function last(newTerm, newIndex) {
  if (newIndex == 0) return
  term = newTerm
  index_ = newIndex
}

BEGIN { cluster = member = term = index_ = "-" }

# All but the head of a long record is passed over.
NR < following { next }

{
  if (lines == 0) {
    first = NR
    size = 0
    for (i = 7; i >= 1; i--) size = size * 256 + $i
    if (size == 0) exit
    total = 1 + int((size + 7) / 8)
  }
  for (i = 1; i <= 8; i++) record[8 * lines + i - 1] = $i
  lines++
  if (lines < total && lines < 8) next
  lines = 0
  following = first + total

  at = 8
  type = field(8)
  if (type < 1 || type > 5) exit
  field(16)
  if (record[at] == 26) { at++; varint() } else next
  if (type == 1) {
    at++; member = id()
    at++; cluster = id()
    if (head) exit
  }
  if (type == 2) { field(8); newTerm = field(16); last(newTerm, field(24)) }
  if (type == 3 && term == "-") term = field(8)
  if (type == 5) { newIndex = field(8); newTerm = field(16); if (newIndex > index_ + 0) last(newTerm, newIndex) }
}

END { print cluster, member, term, index_ }
