using System.Collections;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace Bootstrap.Exporting;

/// <summary>Writes YAML for people: commands as literal blocks, texts quoted only where they have to be, and nothing that is empty.</summary>
internal static class YamlText
{
    private static readonly ISerializer Serializer = new SerializerBuilder()
        .WithQuotingNecessaryStrings()
        .WithEventEmitter(next => new LiteralBlocks(next))
        .WithNewLine("\n")
        .DisableAliases()
        .Build();

    public static string Of(OrderedDictionary<string, object> mapping) =>
        Serializer.Serialize(new OrderedDictionary<string, object>(mapping.Where(entry => entry.Value is not ICollection { Count: 0 })));

    // The library's own choice for several lines, a folded block, has a blank line more for each of them.
    private sealed class LiteralBlocks(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Value is string text && text.Contains('\n', StringComparison.Ordinal))
                eventInfo.Style = IsFitForBlock(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted;
            base.Emit(eventInfo, emitter);
        }

        // A block can't hold a carriage return, and the library loses the first line of one that has none but empty lines.
        private static bool IsFitForBlock(string text) => !text.Contains('\r', StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(text);
    }
}
