using System.Security.Cryptography;
using System.Text;

namespace CaBridge.Server.Security;

/// <summary>Bearer tokens of one right. Comparing takes the same time whatever the token that is shown.</summary>
internal sealed class TokenList
{
    private const int MinLength = 16;

    private readonly List<byte[]> _hashes = [];

    /// <param name="file">A token a line; null: there are none.</param>
    /// <exception cref="StartException">It cannot be read, or has a token that is too short.</exception>
    public TokenList(string? file)
    {
        if (file is null)
        {
            return;
        }

        foreach (var line in PemFile.Read(file, "token file").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
            {
                continue;
            }

            if (line.Length < MinLength)
            {
                throw new StartException($"'{file}' has a token of less than {MinLength} characters: take longer ones, as 'openssl rand -hex 32' gives.");
            }

            _hashes.Add(Hash(line));
        }

        if (_hashes.Count == 0)
        {
            throw new StartException($"'{file}' has no token.");
        }
    }

    public bool Contains(string token)
    {
        var hash = Hash(token);
        var found = false;
        foreach (var known in _hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        }

        return found;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
