namespace Bootstrap.Tests.Definitions;

public sealed class SignatureTests : IDisposable
{
    private const string Source = "src/sources/gcc.yaml";

    private readonly DefinitionTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("{suffix: .sig}", "https://ftp.gnu.org/gnu/gcc/gcc-14.2.0/gcc-14.2.0.tar.xz.sig", false)]
    [InlineData("{suffix: .sign, signs: tar}", "https://ftp.gnu.org/gnu/gcc/gcc-14.2.0/gcc-14.2.0.tar.sign", true)]
    [InlineData("{urls: [https://example.org/gcc.asc], signs: archive}", "https://example.org/gcc.asc", false)]
    public void A_signature_is_named_by_a_suffix_or_by_URLs(string written, string url, bool ofTar)
    {
        Write(written);
        var signature = _tree.Read().Source("gcc")!.Upstream.Signature!;
        Assert.Equal((new Uri(url), ofTar), (signature.Urls[0], signature.OfTar));
    }

    [Fact]
    public void A_source_may_name_none() => Assert.Null(_tree.Read().Source("gcc")!.Upstream.Signature);

    [Theory]
    [InlineData("{}", "7:14: a signature with none of the keys suffix, urls, expected exactly one")]
    [InlineData("{suffix: sig}", "7:23: 'suffix' is 'sig', expected a suffix such as .sig")]
    [InlineData("{suffix: ./../x}", "7:23: 'suffix' is './../x', expected a suffix such as .sig")]
    [InlineData("{suffix: .sig, signs: text}", "7:36: 'signs' is 'text', expected one of archive, tar")]
    public void What_names_no_signature_is_refused_at_its_place(string written, string expected)
    {
        Write(written);
        Assert.Equal($"{Source}:{expected}", _tree.Problems());
    }

    private void Write(string signature) => _tree.Edit(Source, "debian:", $"  signature: {signature}\ndebian:");
}
