using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CaBridge.Tests.Server;

/// <summary>Certificates as PEM files, made for a test.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset Yesterday = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Tomorrow = DateTimeOffset.UtcNow.AddDays(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge").FullName;
    private readonly Dictionary<string, X509Certificate2> _authorities = new(StringComparer.Ordinal);

    /// <returns>The file of a certificate authority.</returns>
    public string Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _authorities.Add(name, request.CreateSelfSigned(Yesterday, Tomorrow));
        return Write($"{name}.pem", _authorities[name].ExportCertificatePem());
    }

    /// <returns>The file of a certificate of an authority, with its key; of 127.0.0.1.</returns>
    public string Leaf(string authority, string name, bool isExpired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(_authorities[authority], Yesterday, isExpired ? Yesterday.AddHours(1) : Tomorrow, Guid.NewGuid().ToByteArray());
        return Write($"{name}.pem", $"{leaf.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        foreach (var authority in _authorities.Values)
        {
            authority.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
