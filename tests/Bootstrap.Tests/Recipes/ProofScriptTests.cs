using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Recipes;

/// <summary>The scripts of prove and of its corpus; what shows an object here shows its text.</summary>
public sealed class ProofScriptTests : IDisposable
{
    private const string Results = """
        mkdir -p bin native/object native/program
        printf '#!/bin/sh\nshift\nfor last; do :; done\ncat "$last"\n' > bin/toy-objdump; chmod +x bin/toy-objdump
        for number in $(seq 120); do
          printf '%s\n' '00000000 <main>:' "  moveq $number" > native/object/$number.c
          echo "gcc -c -O2 /src/$number.c" > native/object/$number.c.command
        done
        echo linked > native/program/run.c
        echo 'wrong.c: error: no type' > native/object/wrong.c.refused
        cp -R native accelerated
        """;

    private readonly TemporaryDirectory _directory = new();

    public ProofScriptTests() => _directory.Shell(Results);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_record_says_how_much_was_compared()
    {
        await CompareAsync();
        Assert.Equal(
            "accelerated programs emit the native ones' bytes\tpass\t120 objects and 1 programs of 3,379 bytes compared, 0 different; 1 sources refused by both alike\n",
            File.ReadAllText(_directory["verify/prove.tsv"]));
    }

    [Theory]
    [InlineData("echo '  moveq 8' >> accelerated/object/7.c", "different: object/7.c, in function 00000000 <main>:\n    native       \n    accelerated  moveq 8\n    gcc -c -O2 /src/7.c\n")]
    [InlineData("sed -i s/moveq/movel/ accelerated/object/7.c", "different: object/7.c, in function 00000000 <main>:\n    native       moveq 7\n    accelerated  movel 7\n    gcc -c -O2 /src/7.c\n")]
    [InlineData("rm accelerated/object/7.c", "different: object/7.c, made by the native programs alone\n    gcc -c -O2 /src/7.c\n")]
    [InlineData("echo again >> accelerated/program/run.c", "different: program/run.c, in function (none)")]
    [InlineData("echo 'wrong.c: warning' > accelerated/object/wrong.c.refused", "different: object/wrong.c.refused, the compilers say other things\n    native       wrong.c: error: no type\n    accelerated  wrong.c: warning\n")]
    [InlineData("mv accelerated/object/7.c.command 7; rm accelerated/object/7.c; echo '7.c:1: error: no' > accelerated/object/7.c.refused", "different: object/7.c.refused, made by the accelerated programs alone\n    native       \n    accelerated  7.c:1: error: no\n")]
    public async Task A_difference_is_shown_with_the_command_and_the_first_place_and_there_is_no_record(string change, string expected)
    {
        _directory.Shell(change);
        var said = await CompareAsync(1);

        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Contains("both results of each are in the trees of proof-native and proof-accelerated", said, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["verify/prove.tsv"]));
    }

    [Fact]
    public async Task Too_few_files_are_no_proof()
    {
        _directory.Shell("rm native/object/[1-9][0-9].c* accelerated/object/[1-9][0-9].c*");
        Assert.Contains("31 files compared are too few for a proof, expected at least 100", await CompareAsync(1), StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_that_a_compiler_makes_up_comes_into_a_program()
    {
        // Of what it compiles and links at once, this one says which process it was.
        CompileWith("""
            #!/bin/sh
            compiles= object= source=
            while test $# -gt 0; do
              case $1 in -c) compiles=yes ;; -o) result=$2; shift ;; *.o) object=$1 ;; *.[ci] | *.cc) source=$1 ;; esac
              shift
            done
            if test "$object"; then cp "$object" "$result"; elif test "$compiles"; then echo "$source" > "$result"; else echo "$source $$" > "$result"; fi

            """);
        _directory.Shell("sh run one 2> said; sh run two 2> said; diff -r one two");

        Assert.Equal(8, Directory.GetFiles(_directory["one/objects/program"]).Length);
        Assert.Matches("^gcc -c .*[.]c -o [0-9]+[.]o && gcc .* [0-9]+[.]o\n$", File.ReadAllText(Directory.GetFiles(_directory["one/objects/program"], "*.c.command")[0]));
    }

    [Fact]
    public void No_name_that_a_compiler_makes_up_comes_into_what_the_assembler_says()
    {
        CompileWith("#!/bin/sh\necho \"/tmp/cc$$.s:12: Error: junk at end of line of 120.c\" >&2\nexit 1\n");
        _directory.Shell("sh run one; sh run two; diff -r one two");

        Assert.Equal("/tmp/cc.s:12: Error: junk at end of line of 120.c\n", File.ReadAllText(Directory.GetFiles(_directory["one"], "*.refused", SearchOption.AllDirectories)[0]));
    }

    [Theory]
    [InlineData("120.c:3:1: error: no type", "")]
    [InlineData("120.c:3:10: fatal error: none.h: No such file or directory", "")]
    [InlineData("collect2: error: ld returned 1 exit status", "")]
    [InlineData("/tmp/ccOpnXaC.s:12: Error: junk at end of line", "")]
    [InlineData("/tmp/ccOpnXaC.s: Fatal error: can't write 9 bytes to section .text of 1.o: 'No space left on device'", "1")]
    [InlineData("gcc: fatal error: cannot execute 'cc1': execv: Text file busy", "1")]
    [InlineData("gcc: internal compiler error: Killed signal terminated program cc1", "1")]
    public void A_compiler_that_says_nothing_of_the_source_fails_the_step(string words, string fails)
    {
        CompileWith($"#!/bin/sh\necho \"{words}\" >&2\nexit 1\n");
        _directory.Shell("sh run one > log 2>&1 || echo 1 > failed; touch failed");

        Assert.Equal(fails, File.ReadAllText(_directory["failed"]).Trim());
        Assert.Equal(fails.Length > 0, File.ReadAllText(_directory["log"]).Contains(words, StringComparison.Ordinal));
        Assert.Equal(fails.Length == 0, Directory.Exists(_directory["one"]) && Directory.GetFiles(_directory["one"], "*.refused", SearchOption.AllDirectories).Length == 4);
    }

    [Fact]
    public void A_proof_of_an_hour_says_what_it_compiles_and_how_far_it_is()
    {
        CompileWith("#!/bin/sh\nfor result; do :; done\necho > \"$result\"\n");
        _directory.Shell("sh run one > log");

        Assert.Equal(
            ["1 of 4: 20040705-2.c", "2 of 4: generation_prohibited.cc", "3 of 4: 206.c", "4 of 4: 99.c", "4 files compiled, 0 of them refused"],
            File.ReadAllLines(_directory["log"]));
    }

    [Fact]
    public void A_sample_has_what_differed_once_with_the_options_that_showed_it()
    {
        CompileWith("#!/bin/sh\nfor result; do :; done\necho > \"$result\"\n");
        _directory.Shell("sh run one > log");

        var differed = "gcc -c -w -std=gnu17 -fpermissive -g -fPIC -O2 src/gcc/gcc/testsuite/gcc.c-torture/execute/20040705-2.c -o 1.o && ";
        Assert.StartsWith(differed, File.ReadAllText(_directory["one/objects/program/1-20040705-2.c.command"]), StringComparison.Ordinal);
        Assert.StartsWith("g++ -c ", File.ReadAllText(_directory["one/objects/program/2-generation_prohibited.cc.command"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_recorded_as_it_was_compiled()
    {
        _directory.Shell("mkdir corpus; printf '#define ONE 1\\nint one = ONE;\\n' > one.c");
        var command = $"export CORPUS='{_directory["corpus"]}'; sh {Path.Combine(Checkout.Root, "src/recipes/corpus/record.sh")} cc -DTWO -O2 -fPIC -MD -MF one.d -c one.c -o part.o";
        _directory.Shell(command);

        Assert.True(File.Exists(_directory["part.o"]));
        var source = Assert.Single(Directory.GetFiles(_directory["corpus"], "*.i"));
        Assert.Contains("int one = 1;", File.ReadAllText(source), StringComparison.Ordinal);
        Assert.Equal("-O2 -fPIC\n", File.ReadAllText(Path.ChangeExtension(source, "options")));
    }

    /// <summary>Writes a compiler, and the script of both proofs as <c>run PLACE</c>, which compiles by it two programs and those that are always compiled.</summary>
    private void CompileWith(string compiler)
    {
        _directory.Write("bin/gcc", compiler);
        _directory.Shell("chmod +x bin/gcc; cp bin/gcc bin/g++; mkdir -p src/gcc/zlib src/gcc/gcc/testsuite/gcc.c-torture/execute in/corpus; touch $(seq -f src/gcc/gcc/testsuite/gcc.c-torture/execute/%g.c 240)");
        var script = Checkout.Read("src/recipes/prove/compile.sh").Replace(" /in/", " in/", StringComparison.Ordinal);
        foreach (var place in (string[])["src/gcc", "out/objects"])
            script = script.Replace($"/{place}", place, StringComparison.Ordinal);
        _directory.Write("run", $"set -eu\nPATH=bin:$PATH PROOF=sample VARIANTS= place=$1\n{script}\nmv out $place\n");
    }

    private async Task<string> CompareAsync(int expected = 0)
    {
        _directory.Write("run", $"PATH=bin:$PATH exec python3 {Path.Combine(Checkout.Root, "src/recipes/prove/compare.py")} native accelerated toy verify/prove.tsv\n");
        var said = await RecipeScript.RunAsync(_directory, _directory["run"]);
        Assert.True(said.ExitCode == expected, said.Error);
        return said.Error;
    }
}
