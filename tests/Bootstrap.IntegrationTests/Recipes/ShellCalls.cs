using System.Text;
using System.Text.RegularExpressions;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>
/// Finds what a shell script calls: the words where the shell expects a command, but for its functions and keywords, assignments, and what has
/// a slash or an expansion in it. Reads as much of the language as recipes use, and refuses what it can't read.
/// </summary>
internal sealed partial class ShellCalls
{
    // A command comes after each of these; it is find that calls the one after its -exec.
    private static readonly HashSet<string> Leading = ["if", "then", "elif", "else", "while", "until", "do", "!", "{", "command", "exec", "-exec"];
    private static readonly HashSet<string> Others = ["fi", "done", "esac", "}", "for"];

    private readonly string _script;
    private readonly HashSet<string> _called = [];
    private readonly HashSet<string> _calledByCommand = [];
    private readonly HashSet<string> _functions = [];
    private readonly Queue<string> _hereDocuments = [];
    private int _at;

    private ShellCalls(string script) => _script = script + "\n";

    private char Current => _at < _script.Length ? _script[_at] : '\0';

    /// <summary>The builtins and programs that a script calls.</summary>
    public static string[] Of(string script)
    {
        var reader = new ShellCalls(script);
        reader.ReadCommands();
        reader.Require('\0');
        reader._called.ExceptWith(reader._functions);
        return [.. reader._called.Union(reader._calledByCommand).Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads up to the end, or to the parenthesis that closes these commands.</summary>
    private void ReadCommands()
    {
        var (command, pattern, subshells, last) = (true, false, 0, "");
        while (Current != '\0' && (Current != ')' || pattern || subshells > 0))
        {
            if (Current is '(' or ')')
            {
                subshells += pattern ? 0 : Current == '(' ? 1 : -1;
                command = pattern || Current == '(';
                pattern &= Current == '(';
                _at++;
            }
            else if (Current is '\n' or ';' or '&' or '|')
            {
                (command, last) = (true, "");
                pattern |= ReadSeparator() == ";;";
            }
            else if (Current is '<' or '>')
            {
                ReadRedirection();
            }
            else if (!SkipBlank())
            {
                var word = ReadWord();
                if (pattern)
                {
                    pattern = word != "esac";
                }
                else if (Leading.Contains(word) && (command || word == "-exec"))
                {
                    command = true;
                }
                else if (command && !Assignment().IsMatch(word) && !IsDescriptor(word))
                {
                    (command, pattern) = ReadCommand(word, last == "command");
                }

                last = word;
            }
        }
    }

    /// <summary>Notes a word where a command was expected, and says whether a command or a pattern comes after it.</summary>
    private (bool Command, bool Pattern) ReadCommand(string word, bool byCommand)
    {
        if (word == "case")
        {
            ReadNextWord();
            return ReadNextWord() == "in" ? (false, true) : throw Unreadable();
        }

        if (Follows("()"))
        {
            _at += 2;
            _functions.Add(word);
            return (true, false);
        }

        if (!Others.Contains(word) && !word.StartsWith('-') && !word.Contains('$') && !word.Contains('/'))
        {
            // "command" takes no function.
            (byCommand ? _calledByCommand : _called).Add(word);
        }

        return (false, false);
    }

    private bool IsDescriptor(string word) => word.All(char.IsAsciiDigit) && Current is '<' or '>';

    private string ReadSeparator()
    {
        while (Current == '\n' && _hereDocuments.TryDequeue(out var end))
        {
            while (Current != '\0' && !Follows($"\n{end}\n"))
                SkipLine();

            Require('\n');
            _at += end.Length + 1;
        }

        var separator = Follows(";;") ? ";;" : $"{Current}";
        _at += separator.Length;
        return separator;
    }

    private void ReadRedirection()
    {
        var hereDocument = Follows("<<");
        while (Current is '<' or '>' or '&')
            _at++;

        var file = ReadNextWord();
        if (hereDocument)
            _hereDocuments.Enqueue(file);
    }

    private string ReadNextWord()
    {
        while (SkipBlank())
        {
        }

        return ReadWord();
    }

    /// <summary>Reads a word, in which there is a dollar for each expansion.</summary>
    private string ReadWord()
    {
        var text = new StringBuilder();
        while (Current != '\0' && !" \t\n;&|()<>".Contains(Current, StringComparison.Ordinal))
        {
            if (Current is '"' or '\'')
            {
                ReadQuoted(text, Current);
            }
            else
            {
                ReadCharacter(text);
            }
        }

        return text.ToString();
    }

    private void ReadQuoted(StringBuilder text, char quote)
    {
        _at++;
        while (Current is not '\0' && Current != quote)
        {
            if (quote == '"')
            {
                ReadCharacter(text);
            }
            else
            {
                text.Append(_script[_at++]);
            }
        }

        Require(quote);
        _at++;
    }

    private void ReadCharacter(StringBuilder text)
    {
        if (Current == '`')
            throw Unreadable();

        if (Current == '$')
        {
            text.Append('$');
            SkipExpansion();
        }
        else
        {
            _at += Current == '\\' ? 1 : 0;
            text.Append(Current);
            _at++;
        }
    }

    /// <summary>Skips a dollar and the brackets after it, but for the commands in them; of <c>$name</c> the name is left.</summary>
    private void SkipExpansion()
    {
        _at++;
        if (Follows("(("))
        {
            SkipNested('(', ')');
        }
        else if (Current == '{')
        {
            SkipNested('{', '}');
        }
        else if (Current == '(')
        {
            _at++;
            ReadCommands();
            Require(')');
            _at++;
        }
    }

    private void SkipNested(char open, char close)
    {
        var depth = 0;
        do
        {
            if (Current == '\0')
                throw Unreadable();

            depth += Current == open ? 1 : Current == close ? -1 : 0;
            if (Current == '$')
            {
                SkipExpansion();
            }
            else
            {
                _at += Current == '\\' ? 2 : 1;
            }
        }
        while (depth > 0);
    }

    /// <summary>Skips a blank, a comment or the end of a line that goes on, if there is one.</summary>
    private bool SkipBlank()
    {
        if (Current == '#')
        {
            SkipLine();
            return true;
        }

        var length = Current is ' ' or '\t' ? 1 : Follows("\\\n") ? 2 : 0;
        _at += length;
        return length > 0;
    }

    private void SkipLine()
    {
        do
        {
            _at++;
        }
        while (Current is not ('\n' or '\0'));
    }

    private bool Follows(string text) => string.CompareOrdinal(_script, _at, text, 0, text.Length) == 0;

    private void Require(char expected)
    {
        if (Current != expected)
            throw Unreadable();
    }

    private FormatException Unreadable() =>
        new($"this is not understood: {_script[.._at].Split('\n')[^1]}<here>{_script[_at..].Split('\n')[0]}");

    [GeneratedRegex(@"^[A-Za-z_]\w*=")]
    private static partial Regex Assignment();
}
