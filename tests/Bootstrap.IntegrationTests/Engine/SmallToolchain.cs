namespace Bootstrap.IntegrationTests.Engine;

/// <summary>
/// Recipes that do in small what a toolchain's do: several trees over each other as the root, one within another, a build tree that two
/// steps go on in with make, changing and removing files of it.
/// </summary>
internal static class SmallToolchain
{
    /// <summary>Commands that tell what a step sees of what is around it.</summary>
    private const string Surroundings = """
        stat -c %a /etc/passwd /usr /step.sh / > /out/modes; umask > /out/umask; id > /out/id; uname -n > /out/host
        env | sort | sed '/MAKEFLAGS/d; /FAKE/d' > /out/environment; ls -A /usr/bin > /out/programs
        """;

    public static void WriteTo(SmallCheckout checkout, string surroundings = Surroundings)
    {
        checkout.Recipe("headers", "mkdir -p /out/usr/include/sys; echo h > /out/usr/include/h.h; echo s > /out/usr/include/sys/s.h; ln -s h.h /out/usr/include/l.h");
        checkout.Recipe("tool", "mkdir -p /out/usr/bin /out/usr/include; echo tool > /out/usr/bin/tool; ln /out/usr/bin/tool /out/usr/bin/alias; echo t > /out/usr/include/h.h; chmod 0555 /out/usr/bin");
        checkout.Recipe("compiler", $$"""
            cat /usr/include/h.h /usr/include/sys/s.h /usr/bin/tool > object; ls -l /usr/include | wc -l >> object
            printf 'made: object\n\tcp object made; touch rebuilt\n' > Makefile
            mkdir -p deep/er; echo gone > deep/er/file; ln object linked; ln -s object link
            make; rm rebuilt
            cp -a object /out/compiler; cp /files/* /out/
            {{surroundings}}
            """, "needs: [tool, headers]\nfiles: compiler");
        checkout.Write("src/recipes/compiler/config", "y\n");
        checkout.Write("src/recipes/compiler/run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(Path.Combine(checkout.Directory, "src/recipes/compiler/run.sh"), (UnixFileMode)0b111_100_100);
        Continuing(checkout, "first", "make; test ! -e rebuilt; rm -r deep; echo more >> linked; cp made object /out/; ls -A > /out/list", "[tool, headers, compiler]");
        Continuing(checkout, "second", "make; test ! -e rebuilt; ls -A deep/er > /out/list; cat object >> /out/list; mv deep /out/; cp -a link /out/", "[tool, headers, compiler, first]");
        checkout.Recipe("all", """
            for file in /a/* /a/b/* /compiler/*; do stat -c '%n %F %a' $file; done > list
            cp -a /a /compiler /out/; cp list /out/list
            """, "needs: [{step: first, at: /a}, {step: second, at: /a/b}, {step: headers, at: /a/b}, {step: compiler, at: /compiler}]");
    }

    private static void Continuing(SmallCheckout checkout, string name, string run, string needs) =>
        checkout.Recipe(name, run, $"continues: compiler\nneeds: {needs}");
}
