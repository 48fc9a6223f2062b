using System.Buffers.Binary;

namespace Bootstrap.Tests.Definitions;

/// <summary>The ELF identity of each target of the checkout, beside an object that an assembler made for it.</summary>
public sealed class CheckoutObjectTests
{
    public static TheoryData<string> Targets => [.. Checkout.Definitions.Targets.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_identity_of_a_target_is_that_of_what_its_assembler_makes(string target)
    {
        var file = Path.Combine(Checkout.Root, $"tests/fixtures/objects/{target}.o");
        Assert.True(File.Exists(file), $"There is no {file}; tests/fixtures/README.md says how it is made.");
        var made = File.ReadAllBytes(file);
        var elf = Checkout.Definitions.Emulators[Checkout.Definitions.Targets[target].Emulator].Elf;

        // System V ABI, chapter 4: e_ident, e_machine behind e_type, e_flags behind three addresses.
        Assert.Equal(elf.Magic.AsSpan()[..6], made.AsSpan()[..6]);
        Assert.Equal(elf.Half(elf.Machine), made[18..20]);
        if (elf.Flags is not { } flags)
            return;
        var at = made.AsSpan(elf.Bits == 64 ? 48 : 36);
        var found = elf.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
        Assert.Equal(flags.Value, found & flags.Mask);
    }
}
