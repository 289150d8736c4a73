using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace CaBridge.Server.Security;

/// <summary>Gives a peer its rights: by its client certificate, by its bearer token, or all where nobody is asked.</summary>
internal sealed class PeerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory loggers, UrlEncoder encoder, PeerRights rights)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    public const string SchemeName = "CaBridge";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token = AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            && string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) ? header.Parameter : null;
        var granted = rights.Of(token, await Context.Connection.GetClientCertificateAsync(Context.RequestAborted));
        if (granted.Count == 0)
        {
            return AuthenticateResult.Fail("Neither a known bearer token nor a client certificate of a known authority was shown.");
        }

        var identity = new ClaimsIdentity(granted.Select(right => new Claim(Rights.Claim, right)), SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}

/// <summary>Who has which right.</summary>
internal sealed class PeerRights
{
    private static readonly string[] All = [Rights.Send, Rights.Read];

    /// <summary>id-kp-clientAuth (RFC 5280 4.2.1.12): the certificate of a server that the same authority signed is nobody's here.</summary>
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly bool _asks;
    private readonly List<(string Right, TokenList Tokens, X509Certificate2Collection? Authorities)> _rules;

    /// <exception cref="StartException">A file cannot be used.</exception>
    public PeerRights(SecurityOptions options)
    {
        _asks = options.Asks;
        _rules =
        [
            (Rights.Send, new TokenList(options.AgentTokenFile), AuthoritiesOf(options.AgentAuthorityFile)),
            (Rights.Read, new TokenList(options.ReaderTokenFile), AuthoritiesOf(options.ReaderAuthorityFile)),
        ];
    }

    /// <returns>The rights; none for a peer that is not known.</returns>
    public IReadOnlyList<string> Of(string? token, X509Certificate2? certificate) => !_asks ? All :
    [
        .. _rules
            .Where(rule => (token is not null && rule.Tokens.Contains(token)) || (certificate is not null && IsOf(certificate, rule.Authorities)))
            .Select(rule => rule.Right),
    ];

    private static X509Certificate2Collection? AuthoritiesOf(string? file) => file is null ? null : PemFile.Authorities(file);

    private static bool IsOf(X509Certificate2 certificate, X509Certificate2Collection? authorities)
    {
        if (authorities is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        return chain.Build(certificate);
    }
}
