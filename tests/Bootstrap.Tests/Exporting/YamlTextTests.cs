using Bootstrap.Publishing.BuildStream;
using YamlDotNet.RepresentationModel;
using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Tests.Exporting;

public sealed class YamlTextTests
{
    public static TheoryData<string> Texts() =>
    [
        "plain", "", " ", "two words", "no", "NULL", "1", "-j2", "a: b", "a #b", "'", "it's \"quoted\"", "%{x}", "*", "&a", "{a}", "[a]", "|", "> x", "@x",
        "\t", "back\\slash", "bell\u0007", "\u2028", "Ä€𝄞", "files:a/b.tar", "file:///a b/", "x:", "- x", "? x", "a\r\nb\n",
        "one\n", "one\ntwo", "one\n\n\ntwo\n", "end\n\n\n", "  indented\nnot\n", "\nfirst is empty\n", "\ttab\n", "a\n \nb\n", "a\n  b\n", "# a\n", "\n", "\n\n", " \n", "~", "=", "<<", "1.5", "0x10", "trailing ", "a \nb\t\n", "𝄞\n",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_text_is_read_as_it_was_written(string text)
    {
        var map = new Mapping
        {
            { "scalar", text },
            { "list", new object[] { text, new Mapping { { "first", text }, { "second", new Mapping { { "deep", new[] { text } } } } }, text } },
        };
        var written = YamlText.Of(map);
        using var reader = new StringReader(written);
        var stream = new YamlStream();
        stream.Load(reader);
        var root = stream.Documents[0].RootNode;
        Assert.Equal(text, root["scalar"].ToString());
        Assert.Equal(text, root["list"][0].ToString());
        Assert.Equal(text, root["list"][1]["first"].ToString());
        Assert.Equal(text, root["list"][1]["second"]["deep"][0].ToString());
        Assert.Equal(text, root["list"][2].ToString());
        Assert.DoesNotContain(written.Split('\n').Where(line => text.Trim().Length > 0 && line.Length > 0), line => line.All(c => c == ' ') && !text.Contains(' '));
    }

    [Fact]
    public void Commands_are_blocks_that_people_can_read() => Assert.Equal(
        """
        kind: script
        config:
          commands:
          - |
            make

            make install
          - rm -rf /build

        """,
        YamlText.Of(new Mapping
        {
            { "kind", "script" },
            { "nothing", new Mapping() },
            { "none", Array.Empty<string>() },
            { "config", new Mapping { { "commands", new[] { "make\n\nmake install\n", "rm -rf /build" } } } },
        }));
}
