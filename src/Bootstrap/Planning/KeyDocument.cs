using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Planning;

/// <summary>What a step's artifact is stored under: canonical JSON of all that decides its content, and the digest of that.</summary>
public sealed record KeyDocument(string Text)
{
    /// <summary>Raised when the sandbox or the meaning of a key changes, so that nothing made before is taken for the same.</summary>
    public const int Schema = 1;

    private static readonly JsonWriterOptions Format = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public Digest Key { get; } = Digest.Of(Text);

    public static KeyDocument Of(Step step, Func<StepId, Digest> contents, Digest? continuedKey)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("runs-on", step.RunsOn.ToString().ToLowerInvariant());
            WriteIfSet(json, "host-tools", step.HostTools);
            WriteEmulated(json, step.Emulated);
            WriteBooted(json, step.Booted);
            json.WriteStartObject("environment");
            foreach (var (name, value) in step.Environment)
                json.WriteString(name, value);

            json.WriteEndObject();
            json.WriteStartArray("inputs");
            foreach (var input in step.Inputs)
                WriteMount(json, input.At, contents(input.Step), input.Step.Name);

            json.WriteEndArray();
            json.WriteStartArray("files");
            foreach (var file in step.Files)
                WriteMount(json, file.At, file.Digest, null);

            json.WriteEndArray();
            WriteIfSet(json, "recipe-files", step.RecipeFiles);
            WriteIfSet(json, "continues", continuedKey);
            json.WriteStartArray("script");
            foreach (var line in step.Script.Split('\n'))
                json.WriteStringValue(line);

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new KeyDocument(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteIfSet(Utf8JsonWriter json, string name, Digest? digest)
    {
        if (digest is { } set)
            json.WriteString(name, set.Hex);
    }

    private static void WriteEmulated(Utf8JsonWriter json, Emulation? cpu)
    {
        if (cpu is null)
            return;

        json.WriteStartObject("emulated");
        json.WriteNumber("bits", cpu.Elf.Bits);
        json.WriteBoolean("big-endian", cpu.Elf.BigEndian);
        json.WriteNumber("machine", cpu.Elf.Machine);
        json.WriteString("cpu", cpu.Cpu);
        json.WriteEndObject();
    }

    /// <summary>What the step can see of the machine; where qemu lies on this host is no part of it.</summary>
    private static void WriteBooted(Utf8JsonWriter json, VirtualMachine? machine)
    {
        if (machine is null)
            return;

        json.WriteStartObject("booted");
        json.WriteString("program", machine.Program);
        json.WriteString("machine", machine.Machine);
        json.WriteString("cpu", machine.Cpu);
        json.WriteNumber("memory", machine.Memory);
        json.WriteString("console", machine.Terminal);
        json.WriteString("disk", machine.Disk);
        json.WriteString("second-disk", machine.SecondDisk);
        json.WriteString("kernel-arguments", string.Join(' ', machine.KernelArguments));
        json.WriteString("firmware", machine.Firmware is { } firmware ? $"{firmware.Option} {firmware.File}" : null);
        json.WriteEndObject();
    }

    private static void WriteMount(Utf8JsonWriter json, string at, Digest content, string? name)
    {
        json.WriteStartObject();
        json.WriteString("at", at);
        if (name is not null)
            json.WriteString("step", name);

        json.WriteString("content", content.Hex);
        json.WriteEndObject();
    }
}
