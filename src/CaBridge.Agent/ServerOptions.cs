namespace CaBridge.Agent;

/// <summary>Which server, and who asks.</summary>
public sealed record ServerOptions
{
    public const string DefaultUrl = "http://127.0.0.1:50051";

    /// <summary>The variable of the environment with the bearer token, where no file has it.</summary>
    public const string TokenVariable = "CABRIDGE_TOKEN";

    /// <summary><c>http://HOST:PORT</c>, or <c>https://</c> for TLS.</summary>
    public required string Url { get; init; }

    /// <summary>A file whose first line that is neither empty nor a comment (<c>#</c>) is the bearer token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A PEM file of the authorities that the server's certificate may be of; null for those of the system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>A PEM file with the client certificate.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file with its private key, where <see cref="CertificateFile"/> does not have it.</summary>
    public string? KeyFile { get; init; }
}
