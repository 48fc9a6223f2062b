using System.Text.Json;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Which provider <c>auto</c> stands for in a store, and why; its lock file <c>host-tools-auto</c>.</summary>
internal sealed record AutoDecision(string Provider, string Reason)
{
    public const string PinName = "host-tools-auto";

    public HostToolsRequest Request => new(Provider);

    /// <summary>What is known at once: what was decided before, else what the store has pinned host tools of; null if nothing is.</summary>
    public static AutoDecision? Known(string? json, IReadOnlyDictionary<string, HostToolsPin> pins)
    {
        if (Read(json) is { } decided)
            return decided;
        var kind = HostToolsProviders.OfAuto.FirstOrDefault(kind => pins.Keys.Any(pin => pin.Split(':')[0] == kind.Name));
        return kind is null ? null : new AutoDecision(kind.Name, "the store has them");
    }

    /// <summary>The first that can be used; the last of them is not tried, as there is none behind it.</summary>
    public static async Task<AutoDecision> MakeAsync(IReadOnlyList<string> names, Func<string, Task<(bool Usable, string Why)>> tryAsync)
    {
        var reasons = new List<string>();
        foreach (var name in names.SkipLast(1))
        {
            var (usable, why) = await tryAsync(name);
            if (usable)
                return new AutoDecision(name, why);
            reasons.Add(why);
        }
        return new AutoDecision(names[^1], string.Join(", and ", reasons));
    }

    public string Write() => JsonSerializer.Serialize(new { provider = Provider, reason = Reason });

    private static AutoDecision? Read(string? json) => json is null ? null : PinText.Read(
        PinName,
        json,
        pin => HostToolsProviders.OfAuto.Any(kind => kind.Name == PinText.Text(pin, "provider"))
            ? new AutoDecision(PinText.Text(pin, "provider"), PinText.Text(pin, "reason"))
            : throw new FormatException($"'{PinText.Text(pin, "provider")}' is no provider"),
        "the provider is then chosen anew");
}
