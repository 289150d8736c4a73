using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CaBridge.Server.Security;

/// <summary>Files that security options name. What cannot be used ends the start with a sentence.</summary>
internal static class PemFile
{
    /// <exception cref="StartException">It cannot be read.</exception>
    public static string Read(string file, string what)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The {what} '{file}' cannot be read: {failure.Message}");
        }
    }

    /// <exception cref="StartException">It cannot be read, or has no certificate.</exception>
    public static X509Certificate2Collection Authorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(Read(file, "certificate authority file"));
        }
        catch (CryptographicException failure)
        {
            throw new StartException($"'{file}' is not PEM: {failure.Message}");
        }

        return authorities.Count > 0 ? authorities : throw new StartException($"'{file}' has no certificate in PEM.");
    }

    /// <summary>The server's own certificate, with its private key.</summary>
    /// <exception cref="StartException">It cannot be read, or has no private key.</exception>
    public static X509Certificate2 ServerCertificate(SecurityOptions options)
    {
        var file = options.CertificateFile ?? throw new InvalidOperationException("There is no certificate file.");
        try
        {
            if (!Read(file, "certificate file").Contains("-----BEGIN", StringComparison.Ordinal))
            {
                return X509CertificateLoader.LoadPkcs12FromFile(file, password: null);
            }

            // through PKCS #12, as TLS on Windows does not take ephemeral keys
            using var pem = X509Certificate2.CreateFromPemFile(file, options.KeyFile);
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        }
        catch (CryptographicException failure)
        {
            throw new StartException($"The certificate '{file}' cannot be used: {failure.Message}");
        }
    }
}
