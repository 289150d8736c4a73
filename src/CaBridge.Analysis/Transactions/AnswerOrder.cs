namespace CaBridge.Analysis.Transactions;

/// <summary>
/// The order in which a circuit's requests with an ioid were sent, and the three latest sent that were answered: a request that was sent before all
/// of these was passed over, as servers take the requests of a circuit one after the other. Orders count from 1; 0 is none.
/// </summary>
internal struct AnswerOrder
{
    private uint _sent;
    private uint _first;
    private uint _second;
    private uint _third;

    /// <summary>The order of the request that is sent now.</summary>
    public uint Next() => ++_sent;

    public void Answered(uint order)
    {
        if (IsLater(order, _first))
        {
            (_first, _second, _third) = (order, _first, _second);
        }
        else if (IsLater(order, _second))
        {
            (_second, _third) = (order, _second);
        }
        else if (IsLater(order, _third))
        {
            _third = order;
        }
    }

    /// <summary>Whether three or more that were sent later were answered.</summary>
    public readonly bool IsSkipped(uint order) => _third != 0 && IsLater(_third, order);

    private static bool IsLater(uint order, uint than) => than == 0 || (int)(order - than) > 0;
}
