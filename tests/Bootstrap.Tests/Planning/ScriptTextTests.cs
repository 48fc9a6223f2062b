using Bootstrap.Definitions;

namespace Bootstrap.Tests.Planning;

public sealed class ScriptTextTests
{
    [Theory]
    [InlineData("# why\nmake\n", "make\n")]
    [InlineData("make\n  # why\nmake install\n", "make\nmake install\n")]
    [InlineData("#\nmake\n", "make\n")]
    [InlineData("echo 'a'\n# it's why\nmake \"it's\"\n# why\n", "echo 'a'\nmake \"it's\"\n")]
    [InlineData("make # don't\n# why\necho \\'\n# why\n", "make # don't\necho \\'\n")]
    public void Comment_lines_are_dropped(string script, string expected) => Assert.Equal(expected, Recipe.WithoutComments(script));

    [Theory]
    [InlineData("printf '%s' '\n#include <stdio.h>\n'\n")]
    [InlineData("cat <<END\n# content\nEND\n")]
    [InlineData("echo a \\\n# ends the command before\nb\n")]
    [InlineData("make\n\nmake install\n")]
    [InlineData("printf '%s' '\n# CONFIG_SMP is not set\n' > .config\n")]
    [InlineData("printf '%s' \"a \\\" '\n# content\n\"\n")]
    public void What_may_be_content_is_left_alone(string script) => Assert.Equal(script, Recipe.WithoutComments(script));
}
