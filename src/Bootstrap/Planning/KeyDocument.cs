using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bootstrap.Definitions;

namespace Bootstrap.Planning;

/// <summary>What a step's artifact is stored under: canonical JSON of all that decides its content, and the digest of that.</summary>
public sealed record KeyDocument(string Text)
{
    /// <summary>Raised when the sandbox or the meaning of a key changes, so that nothing made before is taken for the same.</summary>
    public const int Schema = 1;

    public Digest Key { get; } = Digest.Of(Text);

    public static KeyDocument Of(Step step, Func<StepId, Digest> contents, Digest? continuedKey)
    {
        var document = new JsonObject { ["schema"] = Schema, ["runs-on"] = step.RunsOn.ToString().ToLowerInvariant() };
        AddIfSet("host-tools", step.HostTools?.Hex);
        AddIfSet("emulator", (step.EmulatorStep is { } built ? contents(built) : step.Emulator)?.Hex);
        AddIfSet("emulated", step.Emulated is { } cpu ? Emulated(cpu) : null);
        AddIfSet("booted", step.Booted is { } machine ? Booted(machine) : null);
        document["environment"] = new JsonObject(step.Environment.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value)));
        document["inputs"] = new JsonArray([.. step.Inputs.Select(input =>
            new JsonObject { ["at"] = input.At, ["step"] = input.Step.Name, ["content"] = contents(input.Step).Hex })]);
        document["files"] = new JsonArray([.. step.Files.Select(file => new JsonObject { ["at"] = file.At, ["content"] = file.Digest.Hex })]);
        AddIfSet("recipe-files", step.RecipeFiles?.Hex);
        AddIfSet("continues", continuedKey?.Hex);
        AddIfSet("set-id", step.SetId.IsEmpty ? null : new JsonArray([.. step.SetId.Select(path => JsonValue.Create(path))]));
        document["script"] = new JsonArray([.. step.Script.Split('\n').Select(line => JsonValue.Create(line))]);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" }))
            document.WriteTo(json);
        return new KeyDocument(Encoding.UTF8.GetString(buffer.ToArray()));

        void AddIfSet(string name, JsonNode? value)
        {
            if (value is not null)
                document[name] = value;
        }
    }

    /// <summary>How a step is defined, whatever its inputs hold.</summary>
    public static KeyDocument OfDefinition(Step step) =>
        Of(step, input => Digest.Of(input.Name), step.Continues is { } producer ? Digest.Of(producer.Name) : null);

    private static JsonObject Emulated(Emulation cpu) => new()
    {
        ["bits"] = cpu.Elf.Bits,
        ["big-endian"] = cpu.Elf.BigEndian,
        ["machine"] = cpu.Elf.Machine,
        ["cpu"] = cpu.Cpu,
    };

    /// <summary>What the step can see of the machine.</summary>
    private static JsonObject Booted(VirtualMachine machine) => new()
    {
        ["program"] = machine.Program,
        ["machine"] = machine.Machine,
        ["cpu"] = machine.Cpu,
        ["memory"] = machine.Memory,
        ["console"] = machine.Terminal,
        ["serial"] = machine.Serial,
        ["disk"] = machine.Disk,
        ["kernel-arguments"] = string.Join(' ', machine.KernelArguments),
        ["firmware"] = machine.Firmware is { } firmware ? $"{firmware.Option} {firmware.Name}{(firmware.BesideKernel ? " kernel" : "")}" : null,
        ["device-tree"] = machine.DeviceTree,
        ["arguments"] = string.Join(' ', machine.Arguments),
    };
}
