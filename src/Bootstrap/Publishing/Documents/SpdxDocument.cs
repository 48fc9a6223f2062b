using System.Text.Json.Serialization;

namespace Bootstrap.Publishing.Documents;

/// <summary>A bill of materials in the JSON form of SPDX 2.3 (ISO/IEC 5962 has 2.2.1; names and order are the specification's).</summary>
internal sealed record SpdxDocument(
    string Name,
    string DocumentNamespace,
    SpdxCreation CreationInfo,
    ImmutableArray<string> DocumentDescribes,
    ImmutableArray<SpdxPackage> Packages,
    ImmutableArray<SpdxFile> Files,
    ImmutableArray<SpdxRelationship> Relationships)
{
    public const string Identifier = "SPDXRef-DOCUMENT";
    public const string NoAssertion = "NOASSERTION";
    public string SpdxVersion { get; } = "SPDX-2.3";
    public string DataLicense { get; } = "CC0-1.0";

    [JsonPropertyName("SPDXID")]
    public string Id { get; } = Identifier;
}

/// <summary>Who made a document, and when.</summary>
internal sealed record SpdxCreation(string Created, ImmutableArray<string> Creators, string Comment);

/// <summary>Something with a name and a version: the toolchain, a source, a patch, a host tool.</summary>
internal sealed record SpdxPackage(
    string Name,
    [property: JsonPropertyName("SPDXID")] string Id,
    string? VersionInfo = null,
    string DownloadLocation = SpdxDocument.NoAssertion,
    bool FilesAnalyzed = false,
    SpdxVerificationCode? PackageVerificationCode = null,
    ImmutableArray<SpdxChecksum>? Checksums = null,
    string? SourceInfo = null,
    string LicenseConcluded = SpdxDocument.NoAssertion,
    string LicenseDeclared = SpdxDocument.NoAssertion,
    string CopyrightText = SpdxDocument.NoAssertion,
    ImmutableArray<SpdxReference>? ExternalRefs = null,
    string? PrimaryPackagePurpose = null);

/// <summary>A digest over the digests of a package's files.</summary>
internal sealed record SpdxVerificationCode(string PackageVerificationCodeValue);

/// <summary>A digest of a file.</summary>
internal sealed record SpdxChecksum(string Algorithm, string ChecksumValue);

/// <summary>Where else a package is known.</summary>
internal sealed record SpdxReference(string ReferenceCategory, string ReferenceType, string ReferenceLocator);

/// <summary>A file of the toolchain.</summary>
internal sealed record SpdxFile(
    string FileName, [property: JsonPropertyName("SPDXID")] string Id, ImmutableArray<SpdxChecksum> Checksums,
    string LicenseConcluded = SpdxDocument.NoAssertion, string CopyrightText = SpdxDocument.NoAssertion);

/// <summary>How one element of a document stands to another.</summary>
internal sealed record SpdxRelationship(string SpdxElementId, string RelationshipType, string RelatedSpdxElement);
