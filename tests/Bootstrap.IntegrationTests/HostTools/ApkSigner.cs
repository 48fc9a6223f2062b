using System.Security.Cryptography;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>A key that signs packages and indexes as Alpine's developers' keys do.</summary>
internal sealed class ApkSigner(string name) : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    /// <summary>The part that goes before what it signs.</summary>
    public byte[] Signature(byte[] signed)
    {
        var signature = _key.SignData(signed, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
        return ApkPackage.Compress(ApkPackage.Tar([ApkPackage.Bytes($".SIGN.RSA.{name}.rsa.pub", signature)], cut: true));
    }

    /// <summary>Writes the public key into a directory, under the name that the signatures call it by.</summary>
    public string WriteKey(string directory)
    {
        var path = Path.Combine(directory, name + ".rsa.pub");
        File.WriteAllText(path, _key.ExportSubjectPublicKeyInfoPem() + "\n");
        return path;
    }

    public void Dispose() => _key.Dispose();
}
