using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing.Oci;

/// <summary>Reads what an OCI layout holds, which may be somebody else's.</summary>
internal static class OciJson
{
    /// <exception cref="HostException">The file is something else.</exception>
    public static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            return DocumentsJson.Read(File.ReadAllText(path), type);
        }
        catch (JsonException failure)
        {
            throw new HostException($"'{path}' is not what an OCI layout has there: {failure.Message}", "Publish into another directory, or move that file away.", failure);
        }
    }
}
