using System.Collections.Immutable;
using System.Text.Json;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>The store's pin <c>host-tools</c>: one <see cref="HostToolsPin"/> a provider, as JSON.</summary>
internal static class HostToolsPins
{
    public const string Name = "host-tools";

    /// <exception cref="StoreException">The text is not such a pin.</exception>
    public static ImmutableSortedDictionary<string, HostToolsPin> Read(string? json) =>
        PinText.ReadEntries(Name, json, Read, "the host tools are then made anew");

    public static string Write(ImmutableSortedDictionary<string, HostToolsPin> pins) => PinText.WriteEntries(pins, pin => new
    {
        definition = pin.Definition.Hex,
        key = pin.Key.Hex,
        content = pin.Content.Hex,
        revision = pin.Revision,
        packages = pin.Packages.Select(made => new { name = made.Name, version = made.Version, sha256 = made.Sha256.Hex }),
    });

    private static HostToolsPin Read(JsonElement pin) => new(
        PinText.Digest(pin, "definition"),
        PinText.Digest(pin, "key"),
        PinText.Digest(pin, "content"),
        [.. pin.GetProperty("packages").EnumerateArray().Select(ReadPackage)],
        pin.TryGetProperty("revision", out var revision) ? revision.GetString() : null);

    private static Package ReadPackage(JsonElement package) =>
        new(Word(package, "name"), Word(package, "version"), PinText.Digest(package, "sha256"));

    // They become operands of apt and apk, and parts of file names.
    private static string Word(JsonElement package, string name) => PinText.Text(package, name) is var text
        && text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || "._+:~-".Contains(c, StringComparison.Ordinal))
        ? text
        : throw new FormatException($"'{text}' is no package's {name}");
}

/// <summary>The host tools that one provider made for one definition, as the lock keeps them.</summary>
internal sealed record HostToolsPin(
    Digest Definition, Digest Key, Digest Content, ImmutableArray<Package> Packages, string? Revision = null);
