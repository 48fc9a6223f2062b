namespace Bootstrap.IntegrationTests.Recipes;

public sealed class ShellCallsTests
{
    [Theory]
    [InlineData("make all; make install\nrm -rf x && cp a b || mv a b | tee c & touch d", "cp make mv rm tee touch")]
    [InlineData("make \\\n  all # rm\n# cp a b\necho '#' \"cp\" a#b", "echo make")]
    [InlineData("if ! grep -q x y; then cat y; elif test -s y; then tail y; else head y; fi; { sed x; }", "cat grep head sed tail test")]
    [InlineData("while read -r line; do tr a b; done < rm > cp; for dd in stat; do uniq; done; for cut; do nl; done", "nl read tr uniq")]
    [InlineData("LC_ALL=C sort x; name=$(uname -m) other=x; x=\"a $(id -u; (who; w)) b\"", "id sort uname w who")]
    [InlineData("case $(arch) in a | rm) ls ;; '# '*) case x in y) df ;; esac ;; (cp) du; esac | wc", "arch df du ls wc")]
    [InlineData("echo $((1 + $(expr 2) - (3))) ${#x%%[= ]*} ${x:+$(dirname x)} ${x#\\}}; sync", "dirname echo expr sync")]
    [InlineData("f() { head x; }\ng() { od; }; f | g; f", "head od")]
    [InlineData("make() { command make X=1 \"$@\"; }\nmake all; command -v sed; exec env", "env make")]
    [InlineData("find . ! -type d -exec mv {} x \\; -o -exec chmod 755 {} +; truncate", "chmod find mv truncate")]
    [InlineData("cat > x <<END\nrm -rf $(id)\n$y)\nEND\nls 2>&1 >&2 <<A <<B; df\nA\nrm\nB\ndu <<C\ncp\nC", "cat df du ls")]
    [InlineData("/src/x/configure; ./hello; $TARGET-gcc x; \"$1\" x; ${x%:*} x; '!'; 2> /dev/null nice x", "nice")]
    [InlineData("awk '{ print $(rm) \"`cp`\" }' x; awk \"{ print \\$1 }\"", "awk")]
    public void The_words_where_a_command_is_expected_are_what_a_script_calls(string script, string expected) =>
        Assert.Equal(expected, string.Join(' ', ShellCalls.Of(script)));

    [Theory]
    [InlineData("x=`id`")]
    [InlineData("x=$(id")]
    [InlineData("x=${id")]
    [InlineData("echo 'id")]
    [InlineData("echo )")]
    [InlineData("cat <<END\nEnd\n")]
    public void What_can_not_be_read_is_refused(string script) => Assert.Throws<FormatException>(() => ShellCalls.Of(script));
}
