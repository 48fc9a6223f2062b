using System.Text.Json;
using Bootstrap.Platform;

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
        return candidates.FirstOrDefault(pins.ContainsKey) is { } pinned ? new AutoDecision(pinned, "the store has them") : null;
    }

    /// <summary>What follows from an attempt to reach Alpine's mirror.</summary>
    public static AutoDecision Of(string mirror, bool reached) => reached
        ? new AutoDecision(HostToolsChoice.Alpine.Provider, $"Alpine's mirror answers ({mirror})")
        : new AutoDecision(HostToolsChoice.Debian.Provider, $"Alpine's mirror can't be reached ({mirror})");

    public string Write() => JsonSerializer.Serialize(new { provider = Provider, reason = Reason });

    private static AutoDecision? Read(string? json)
    {
        if (json is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            var provider = document.RootElement.GetProperty("provider").GetString();
            var reason = document.RootElement.GetProperty("reason").GetString();
            return provider is "alpine" or "debian" && reason is not null
                ? new AutoDecision(provider, reason)
                : throw new FormatException($"'{provider}' is no provider");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new StoreException(
                $"The pin '{PinName}' in the store can't be read: {exception.Message}",
                $"Remove pins/{PinName}.json from the store; the provider is then chosen anew.",
                exception);
        }
    }
}
