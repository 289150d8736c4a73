using CaBridge.Analysis;

namespace CaBridge.Cli.Rendering;

/// <summary>The text of each endpoint, made once. Forgets all of them when there are too many.</summary>
/// <typeparam name="TText">A string, or its bytes in UTF-8.</typeparam>
/// <param name="make">Makes one.</param>
internal sealed class EndpointTexts<TText>(Func<Endpoint, TText> make)
    where TText : class
{
    private const int MaxRemembered = 65_536;

    private readonly Dictionary<Endpoint, TText> _texts = [];

    public TText Of(Endpoint endpoint)
    {
        if (_texts.TryGetValue(endpoint, out var text))
        {
            return text;
        }

        if (_texts.Count == MaxRemembered)
        {
            _texts.Clear();
        }

        return _texts[endpoint] = make(endpoint);
    }
}
