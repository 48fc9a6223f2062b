namespace Bootstrap.Platform;

/// <summary>A failure that the user is told about: what went wrong, what was expected, and how to go on; logins in URLs are left out.</summary>
public abstract class BootstrapException(string message, string? hint, Exception? inner = null)
    : Exception(NetworkEnvironment.WithoutLogins(message), inner)
{
    /// <summary>How to go on, or null where the message says it all.</summary>
    public string? Hint { get; } = hint is null ? null : NetworkEnvironment.WithoutLogins(hint);
}

/// <summary>A build step, or the fetching of something it needs, failed.</summary>
public sealed class BuildException(string message, string? hint = null, Exception? inner = null)
    : BootstrapException(message, hint, inner);

/// <summary>The command line or a definition asks for something that can't be: a typing error, an unknown name, a wrong type.</summary>
public sealed class DefinitionException(string message, string? hint = null, Exception? inner = null)
    : BootstrapException(message, hint, inner);

/// <summary>This host lacks something that the run needs; the hint says what to install or set.</summary>
public sealed class HostException(string message, string? hint = null, Exception? inner = null)
    : BootstrapException(message, hint, inner);

/// <summary>What the store holds is not what was committed to it.</summary>
public sealed class StoreException(string message, string? hint = null, Exception? inner = null)
    : BootstrapException(message, hint, inner);
