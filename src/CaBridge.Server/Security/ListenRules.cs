using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CaBridge.Server.Security;

/// <summary>Where the server listens, and whether it may.</summary>
internal static class ListenRules
{
    /// <exception cref="StartException">It may not listen there as it was told to.</exception>
    public static void Apply(KestrelServerOptions kestrel, ServerOptions options)
    {
        var security = options.Security;
        var grpc = Parse(options.Grpc, nameof(options.Grpc));
        if (security.CertificateFile is not null)
        {
            Demand(grpc, security, isEncrypted: true);
            var certificate = PemFile.ServerCertificate(security);
            kestrel.Listen(grpc, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate, https =>
                {
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;

                    // whose it is decides PeerRights, with a status that says so
                    https.AllowAnyClientCertificate();
                });
            });
            return;
        }

        var http = Parse(options.Http, nameof(options.Http));
        Demand(grpc, security, isEncrypted: false);
        Demand(http, security, isEncrypted: false);
        kestrel.Listen(grpc, listen => listen.Protocols = HttpProtocols.Http2);
        kestrel.Listen(http, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static IPEndPoint Parse(string text, string option) =>
        IPEndPoint.TryParse(text.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out var endpoint)
            ? endpoint
            : throw new StartException($"{ServerOptions.Section}:{option} must be an address and a port, as 127.0.0.1:50051; it is '{text}'.");

    private static void Demand(IPEndPoint endpoint, SecurityOptions security, bool isEncrypted)
    {
        if (IPAddress.IsLoopback(endpoint.Address) || security.Insecure)
        {
            return;
        }

        if (!isEncrypted)
        {
            throw new StartException(
                $"{endpoint} is not a loopback address: other hosts may connect there only by TLS. Set CaBridge:Security:CertificateFile, or --insecure.");
        }

        if (!security.Asks)
        {
            throw new StartException(
                $"{endpoint} is not a loopback address: set token files or certificate authorities (CaBridge:Security:AgentTokenFile, …), or --insecure.");
        }
    }
}
