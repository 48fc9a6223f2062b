using System.Text.Json;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Which provider <c>auto</c> stands for in a store, and why; its pin <c>host-tools-auto</c>.</summary>
internal sealed record AutoDecision(string Provider, string Reason)
{
    public const string PinName = "host-tools-auto";

    public HostToolsChoice Choice => new(Provider, null);

    /// <summary>What is known at once: what was decided before, else what the store has pinned host tools of; null if nothing is.</summary>
    public static AutoDecision? Known(string? json, IReadOnlyDictionary<string, HostToolsPin> pins)
    {
        if (Read(json) is { } decided)
            return decided;
        string[] candidates = [HostToolsChoice.Alpine.Provider, HostToolsChoice.Debian.Provider];
        return candidates.FirstOrDefault(name => pins.Keys.Any(pin => pin.Split(':')[0] == name)) is { } pinned ? new AutoDecision(pinned, "the store has them") : null;
    }

    /// <summary>What follows from an attempt to reach Alpine's mirror.</summary>
    public static AutoDecision Of(string mirror, bool reached) => reached
        ? new AutoDecision(HostToolsChoice.Alpine.Provider, $"Alpine's mirror answers ({mirror})")
        : new AutoDecision(HostToolsChoice.Debian.Provider, $"Alpine's mirror can't be reached ({mirror})");

    public string Write() => JsonSerializer.Serialize(new { provider = Provider, reason = Reason });

    private static AutoDecision? Read(string? json) => json is null ? null : PinText.Read(
        PinName,
        json,
        pin => PinText.Text(pin, "provider") is var provider and ("alpine" or "debian")
            ? new AutoDecision(provider, PinText.Text(pin, "reason"))
            : throw new FormatException($"'{PinText.Text(pin, "provider")}' is no provider"),
        "the provider is then chosen anew");
}
