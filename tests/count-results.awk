# awk -v status=N -f count-results.awk SKIP-REASONS RESULTS.trx... : says which skips have no listed reason, then counts.
# Ends with `status`, or 1 if a test failed, none ran, or one was skipped for a reason that is not listed.
# In XML a "<" is always the beginning of a tag, and a quote within an attribute is written as an entity.

function attribute(name) {
  return match($0, " " name "=\"[^\"]*\"") ? unescape(substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)) : ""
}

function unescape(text) {
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#x[DA];/, "", text); gsub(/&amp;/, "\\&", text)
  return text
}

function judge_skip(reason,    i) {
  for (i = 1; i <= reasons; i++)
    if (index(reason, listed[i]) == 1) { skip = ""; return }
  print "skipped for a reason that tests/skip-reasons.txt does not list: " skip ": " reason
  unlisted++
  skip = ""
}

BEGIN {
  while ((getline line < ARGV[1]) > 0)
    if (line !~ /^(#|[ \t]*$)/) listed[++reasons] = line
  ARGV[1] = ""
  RS = "<"
}

/^UnitTestResult / {
  outcome = attribute("outcome")
  if (outcome == "Passed") passed++
  else if (outcome == "NotExecuted") { skipped++; skip = attribute("testName") }
  else failed++
}
/^Message>/ && skip != "" { judge_skip(unescape(substr($0, length("Message>") + 1))) }
/^\/UnitTestResult>/ && skip != "" { judge_skip("") }

END {
  if (passed + failed == 0) print "no test ran"
  else if (status && !failed) print "every test that ran passed, but not everything went well: see above"
  printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
  exit status ? status : failed || unlisted || passed + failed == 0
}
