namespace CaBridge.Server.Security;

/// <summary>Who may connect; section <c>CaBridge:Security</c> of the configuration.</summary>
internal sealed record SecurityOptions
{
    /// <summary>A certificate with its private key, as PEM or PKCS #12: with it all connections are TLS, and one port serves everything.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The private key, where <see cref="CertificateFile"/> is PEM and has none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Certificate authorities, as PEM: who shows a certificate of one of them is an agent.</summary>
    public string? AgentAuthorityFile { get; init; }

    /// <summary>Certificate authorities, as PEM: who shows a certificate of one of them is a reader.</summary>
    public string? ReaderAuthorityFile { get; init; }

    /// <summary>Tokens of agents, one a line; empty lines and those that begin with # are passed over.</summary>
    public string? AgentTokenFile { get; init; }

    /// <summary>Tokens of readers, as <see cref="AgentTokenFile"/>.</summary>
    public string? ReaderTokenFile { get; init; }

    /// <summary>Whether it is asked who connects.</summary>
    public bool Asks => (AgentTokenFile ?? ReaderTokenFile ?? AgentAuthorityFile ?? ReaderAuthorityFile) is not null;

    /// <summary>Listen on any address without TLS or without asking who connects.</summary>
    public bool Insecure { get; init; }

    /// <summary>Requests a second of one peer, that is an IP address, streams aside; a burst may be twice as large.</summary>
    public int MaxRequestsPerSecond { get; init; } = 200;

    /// <summary>Connections of all peers at once.</summary>
    public int MaxConnections { get; init; } = 8192;

    /// <summary>Streams of one peer at once.</summary>
    public int MaxStreamsPerPeer { get; init; } = 1024;
}
